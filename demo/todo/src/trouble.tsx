import type { JSX } from 'react'

/** Says under a field why its text was not taken; else nothing. */
export function Trouble({ text }: { readonly text: string | undefined }): JSX.Element | null {
  if (text === undefined) return null
  return (
    <p className="trouble" role="alert">
      {text}
    </p>
  )
}
