export { collabKeymap } from './collab-keymap.js'
export { collabText } from './collab-text.js'
