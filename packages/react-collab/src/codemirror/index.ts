export { collabKeymap } from './collab-keymap.js'
export { collabText } from './collab-text.js'
export { collabMarks, type CollabMarksOptions } from './collab-marks.js'
export { markKeymap, type MarkKeymapOptions, toggleMark } from './mark-keymap.js'
