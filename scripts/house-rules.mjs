/** Rules of this house that no linter has. */

const noExportAll = {
  meta: { type: 'problem', messages: { all: 'List the exported names one by one.' } },
  create: (context) => ({
    ExportAllDeclaration(node) {
      context.report({ node, messageId: 'all' })
    },
  }),
}

export default {
  meta: { name: 'house' },
  rules: { 'no-export-all': noExportAll },
}
