import { type JSX, useState } from 'react'
import { Icon } from '../../shell/icons.js'
import { BranchTools } from '../../shell/branch-tools.js'
import { aheadWords, strandedWords } from '../../shell/branch-words.js'
import { DropQuestion } from '../../shell/drop-question.js'
import { SideSwitch } from '../../shell/side-switch.js'
import { useCaughtFocus } from '../../shell/use-caught-focus.js'
import type { Notice } from '../../shell/use-notice.js'
import type { ObjectBranch } from '../../shell/use-object-branch.js'

/** Says whether branch or list is shown, and what can be done with the branch; else offers one. */
export function BranchBar({ branch }: { readonly branch: ObjectBranch }): JSX.Element | null {
  const { status, isDamaged } = branch
  if (status === 'none') return <BranchOffer branch={branch} />
  return status === 'open' || isDamaged ? <BranchStrip branch={branch} /> : null
}

function BranchOffer({
  branch: { notice, create },
}: {
  readonly branch: ObjectBranch
}): JSX.Element {
  const button = useCaughtFocus<HTMLButtonElement>()
  return (
    <div className="branch-offer">
      <p className="branch-note" role="status" aria-label="Branch news" data-tone={notice?.tone}>
        {notice?.text}
      </p>
      <button ref={button} type="button" className="button is-plain is-small" onClick={create}>
        <Icon name="branch" />
        Try changes on a branch
      </button>
    </div>
  )
}

function BranchStrip({ branch }: { readonly branch: ObjectBranch }): JSX.Element {
  const { names, status, side, ahead, notice, stranded, show, mend } = branch
  const [question, turn] = useState<'none' | 'asked' | 'answered'>('none')
  const section = useCaughtFocus<HTMLElement>()
  const isOpen = status === 'open'
  const isStranded = stranded > 0 && notice?.tone !== 'bad'
  const news: Notice | undefined = isStranded
    ? { tone: 'bad', text: `${strandedWords(names, stranded)}: see below the list.` }
    : notice
  return (
    <section ref={section} tabIndex={-1} className="branch" data-side={side} aria-label="Branch">
      <div className="branch-head">
        <Icon name="branch" />
        <p className="branch-words">
          <strong>{side === 'branch' ? 'Your branch' : 'Shared list'}</strong>{' '}
          <span className="branch-ahead">
            {side === 'shared' && 'branch: '}
            {aheadWords(ahead)}
          </span>
        </p>
        <SideSwitch names={names} side={side} onShow={show} />
      </div>
      <p className="branch-note" role="status" aria-label="Branch news" data-tone={news?.tone}>
        {news?.text ?? (isOpen ? hints[side] : 'It cannot be read on this device.')}
      </p>
      {!isOpen && (
        <button type="button" className="button is-small" onClick={mend}>
          Make it anew
        </button>
      )}
      {isOpen &&
        side === 'branch' &&
        (question === 'asked' ? (
          <DropQuestion branch={branch} onEnd={() => turn('answered')} />
        ) : (
          <BranchTools
            branch={branch}
            isBack={question === 'answered'}
            onAsk={() => turn('asked')}
          />
        ))}
    </section>
  )
}

const hints = {
  branch: 'Only on this device, until you push it.',
  shared: 'What you do here, everyone sees.',
}
