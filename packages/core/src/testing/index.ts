export {
  events,
  fewPatches,
  fewStamps,
  fields,
  histories,
  jsons,
  names,
  objectIds,
  patches,
  picks,
  replicas,
  rowKeys,
  stampMs,
  stamps,
  values,
  weave,
} from './arbitraries.js'
export { TextOracle } from './text-oracle.js'
export {
  applyEdit,
  tell,
  type TextEvent,
  TextPeer,
  textReplicas,
  type TextStep,
  textSteps,
} from './text-peers.js'
