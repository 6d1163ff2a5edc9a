import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { CollabProvider, createClient } from 'react-collab'
import '../../tokens.css'
import '../../shell/shell.css'
import '../../shell/people.css'
import '../../shell/devices.css'
import './styles/page.css'
import './styles/list.css'
import './styles/detail.css'
import { App } from './app.js'
import { databaseName, readAddress } from './book.js'
import { ErrorBoundary } from '../../shell/error-boundary.js'
import { PageProvider } from './page-context.js'
import { wantsOffline } from '../../shell/work-offline.js'
import { WrongBook } from './wrong-book.js'

const { book, asked, server } = readAddress(location.href)
const client = createClient({
  url: server,
  name: databaseName(server),
  offline: wantsOffline(),
})

createRoot(document.querySelector('#app') as HTMLElement).render(
  <StrictMode>
    <ErrorBoundary>
      {book === undefined ? (
        <WrongBook asked={asked} />
      ) : (
        <CollabProvider client={client}>
          <PageProvider book={book}>
            <App />
          </PageProvider>
        </CollabProvider>
      )}
    </ErrorBoundary>
  </StrictMode>,
)
