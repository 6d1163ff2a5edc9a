import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { CollabProvider, createClient } from 'react-collab'
import '../../tokens.css'
import '../../shell/shell.css'
import '../../shell/people.css'
import '../../shell/devices.css'
import './styles/page.css'
import '../../shell/rows.css'
import './styles/list.css'
import './styles/detail.css'
import { App } from './app.js'
import { databaseName, readAddress } from './book.js'
import { readAccount } from '../../shell/account.js'
import { ErrorBoundary } from '../../shell/error-boundary.js'
import { PageProvider } from './page-context.js'
import { wantsOffline } from '../../shell/work-offline.js'
import { WrongBook } from './wrong-book.js'

const { book, asked, server } = readAddress(location.href)
const account = readAccount()
const client = createClient({
  url: server,
  name: databaseName(server),
  ...(account && { account: account.name, token: account.name, adopt: account.adopts }),
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
