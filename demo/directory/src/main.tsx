import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { CollabProvider, createClient } from 'react-collab'
import '../../tokens.css'
import '../../shell/shell.css'
import './directory.css'
import { ErrorBoundary } from '../../shell/error-boundary.js'
import { wantsOffline } from '../../shell/work-offline.js'
import { App } from './app.js'
import { schema } from './schema.js'

const url = new URL(location.href)
const asked = url.searchParams.get('directory') ?? ''
const client = createClient({
  url: url.origin,
  name: `directory ${url.origin}`,
  schema,
  offline: wantsOffline(),
})

createRoot(document.querySelector('#app') as HTMLElement).render(
  <StrictMode>
    <ErrorBoundary>
      <CollabProvider client={client}>
        <App directory={/^[\w-]{1,128}$/.test(asked) ? asked : 'directory'} />
      </CollabProvider>
    </ErrorBoundary>
  </StrictMode>,
)
