import { type JSX, useCallback, useState } from 'react'
import { FootBar } from './foot-bar.js'
import { LIST_ID } from './contact-list.js'
import { focusOn, SIDE_ID } from './focus.js'
import { GeneratorPanel } from './generator-panel.js'
import { Header } from './header.js'
import { KeysDialog } from './keys-dialog.js'
import { ListPane } from './list-pane.js'
import { usePage } from './page-context.js'
import { usePlace } from './place.js'
import { useRefusalWatch } from './refusal-watch.js'
import { ReplacedNotice } from './replaced-notice.js'
import { SidePane } from './side-pane.js'
import { Toaster } from '../../shell/toaster.js'
import { UpdatePrompt } from '../../shell/update-prompt.js'
import { useKeys } from './use-keys.js'

/** The page. */
export function App(): JSX.Element {
  const place = usePlace()
  const { toasts } = usePage()
  const [hasKeys, setKeys] = useState(false)
  const showKeys = useCallback(() => setKeys(true), [])
  useKeys(showKeys)
  useRefusalWatch(place)
  return (
    <>
      <Header />
      <main className="panes" data-view={place.view}>
        <div className="left">
          <ListPane />
          <ReplacedNotice place={place} />
          <GeneratorPanel />
          <FootBar place={place} onKeys={showKeys} />
        </div>
        <SidePane place={place} />
        <Toaster toasts={toasts} onLeave={leaveToast}>
          <UpdatePrompt />
        </Toaster>
      </main>
      {hasKeys && <KeysDialog onClose={() => setKeys(false)} />}
    </>
  )
}

const leaveToast = (): void =>
  focusOn(document.getElementById(LIST_ID)?.checkVisibility() ? LIST_ID : SIDE_ID)
