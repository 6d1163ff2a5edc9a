import type { JSX, ReactNode } from 'react'

interface DemoHeaderProps {
  readonly title: ReactNode
  /** Which object this is, in words. */
  readonly of: ReactNode
  /** How its edits stand. */
  readonly status: ReactNode
  /** The switch for the line, and what else is always at hand. */
  readonly children: ReactNode
}

/** The top of a page: the way to all demos, what this is, how its edits stand, and tools. */
export function DemoHeader({ title, of, status, children }: DemoHeaderProps): JSX.Element {
  return (
    <header className="header">
      <div className="header-book">
        <a href="/" className="home" aria-label="All demos">
          <img src="/icon.svg" alt="" width="30" height="30" />
        </a>
        <div className="header-names">
          {typeof title === 'string' ? <PlainTitle>{title}</PlainTitle> : title}
          <p className="book-name">{of}</p>
        </div>
      </div>
      {status}
      <div className="header-tools">{children}</div>
    </header>
  )
}

const PlainTitle = ({ children }: { readonly children: string }): JSX.Element => (
  <p className="title">
    <span className="title-text">{children}</span>
  </p>
)
