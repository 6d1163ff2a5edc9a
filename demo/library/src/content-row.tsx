import { type JSX, memo, type MemoExoticComponent } from 'react'
import { Icon } from '../../shell/icons.js'
import type { SharedContent } from './schema.js'
import { countWords, sizeWords } from './words.js'

/** One content that is there more than once. */
export const ContentRow: MemoExoticComponent<
  (props: { readonly content: SharedContent }) => JSX.Element
> = memo(function ContentRow({ content }) {
  const { name = '', kind = 'file', copies = 0, devices = [], size = 0, spare = 0 } = content
  return (
    <>
      <span className={`kind is-${kind}`}>
        <Icon name={kind} />
      </span>
      <span className="row-text">
        <bdi className="row-name">{name}</bdi>
        <span className="row-detail">
          {countWords(copies, 'copy', 'copies')} on {countWords(devices.length, 'device')}, each{' '}
          {sizeWords(size)}
        </span>
      </span>
      <span className="row-size">{sizeWords(spare)}</span>
    </>
  )
})
