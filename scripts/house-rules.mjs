/** Rules of this house that no linter has. */

const noExportAll = {
  meta: { type: 'problem', messages: { all: 'List the exported names one by one.' } },
  create: (context) => ({
    ExportAllDeclaration(node) {
      context.report({ node, messageId: 'all' })
    },
  }),
}

/** Forbids imports by pattern, except of types; `eslint/no-restricted-imports` guards the borders. */
const layers = {
  meta: { type: 'problem', schema: [{ type: 'object' }] },
  create(context) {
    const [{ pattern, message }] = context.options
    const forbidden = new RegExp(pattern)
    const check = (node) => {
      if (node.importKind === 'type' || node.exportKind === 'type') return
      if (node.source !== null && forbidden.test(node.source.value))
        context.report({ node, message })
    }
    return { ImportDeclaration: check, ExportNamedDeclaration: check }
  },
}

export default {
  meta: { name: 'house' },
  rules: { layers, 'no-export-all': noExportAll },
}
