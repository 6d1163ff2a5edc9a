import type { RowNews } from '../store/row-store.js'

/** Of more changes than this another tab is told only that there were many: it reads anew. */
const MOST_CHANGES = 1000

/** News as they are told to other tabs. */
export const briefly = (news: RowNews): RowNews =>
  (news.changes?.length ?? 0) > MOST_CHANGES ? { ...news, changes: undefined } : news
