import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { CollabProvider, createClient } from 'react-collab'
import '../../tokens.css'
import '../../shell/shell.css'
import '../../shell/people.css'
import '../../shell/branch.css'
import './notes.css'
import './draft.css'
import { ErrorBoundary } from '../../shell/error-boundary.js'
import { wantsOffline } from '../../shell/work-offline.js'
import { databaseName, readAddress } from './address.js'
import { App } from './app.js'

const { pad, server } = readAddress(location.href)
const client = createClient({
  url: server,
  name: databaseName(server),
  offline: wantsOffline(),
})

createRoot(document.querySelector('#app') as HTMLElement).render(
  <StrictMode>
    <ErrorBoundary>
      <CollabProvider client={client}>
        <App pad={pad} />
      </CollabProvider>
    </ErrorBoundary>
  </StrictMode>,
)
