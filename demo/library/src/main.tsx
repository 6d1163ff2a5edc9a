import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { CollabProvider, createClient } from 'react-collab'
import '../../tokens.css'
import '../../shell/shell.css'
import '../../shell/people.css'
import '../../shell/devices.css'
import './library.css'
import '../../shell/rows.css'
import './list.css'
import './panel.css'
import { playedDevice } from '../../shell/device.js'
import { ErrorBoundary } from '../../shell/error-boundary.js'
import { wantsOffline } from '../../shell/work-offline.js'
import { databaseName, readAddress } from './address.js'
import { App } from './app.js'
import { LibraryProvider } from './library-context.js'
import { schema } from './schema.js'

const { library, server } = readAddress(location.href)
const client = createClient({
  url: server,
  name: databaseName(server, playedDevice()),
  schema,
  offline: wantsOffline(),
})

createRoot(document.querySelector('#app') as HTMLElement).render(
  <StrictMode>
    <ErrorBoundary>
      <CollabProvider client={client}>
        <LibraryProvider id={library}>
          <App />
        </LibraryProvider>
      </CollabProvider>
    </ErrorBoundary>
  </StrictMode>,
)
