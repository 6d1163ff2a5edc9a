import { type JSX, useState } from 'react'
import { BranchTools } from '../../shell/branch-tools.js'
import { aheadWords, strandedWords } from '../../shell/branch-words.js'
import { DropQuestion } from '../../shell/drop-question.js'
import { Icon } from '../../shell/icons.js'
import { SideSwitch } from '../../shell/side-switch.js'
import { useCaughtFocus } from '../../shell/use-caught-focus.js'
import type { Notice } from '../../shell/use-notice.js'
import type { ObjectBranch } from '../../shell/use-object-branch.js'

/** How the draft stands, and what can be done with it; what became of it, once it is gone. */
export function DraftBar({ draft }: { readonly draft: ObjectBranch }): JSX.Element | null {
  const { status, isDamaged, notice } = draft
  if (status === 'open' || isDamaged) return <DraftStrip draft={draft} />
  return (
    <p
      className="branch-note draft-news"
      role="status"
      aria-label="Draft news"
      data-tone={notice?.tone}
    >
      {notice?.text}
    </p>
  )
}

function DraftStrip({ draft }: { readonly draft: ObjectBranch }): JSX.Element {
  const { names, status, side, ahead, notice, stranded, show, mend } = draft
  const [question, turn] = useState<'none' | 'asked' | 'answered'>('none')
  const section = useCaughtFocus<HTMLElement>()
  const isOpen = status === 'open'
  const isStranded = stranded > 0 && notice?.tone !== 'bad'
  const news: Notice | undefined = isStranded
    ? { tone: 'bad', text: `${strandedWords(names, stranded)}: see the list.` }
    : notice
  return (
    <section ref={section} tabIndex={-1} className="draft" aria-label="Your draft">
      <p className="draft-words">
        <Icon name="branch" />
        <strong>Your draft</strong> <span className="branch-ahead">{aheadWords(ahead)}</span>
      </p>
      <p className="branch-note" role="status" aria-label="Draft news" data-tone={news?.tone}>
        {news?.text ?? (isOpen ? HINT : 'It cannot be read on this device.')}
      </p>
      {!isOpen ? (
        <button type="button" className="button is-small" onClick={mend}>
          Make it anew
        </button>
      ) : question === 'asked' ? (
        <DropQuestion branch={draft} onEnd={() => turn('answered')} />
      ) : (
        <BranchTools branch={draft} isBack={question === 'answered'} onAsk={() => turn('asked')} />
      )}
      {isOpen && <SideSwitch names={names} side={side} onShow={show} />}
    </section>
  )
}

const HINT = 'All notes, only on this device until you push.'
