/** Serves one script of `bench/page`, bundled as an app would bundle it, and an empty page that runs it. */
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const fromRoot = (name) => fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url))

export async function servePage(entry) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../page/${entry}`, import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    minify: true,
    // A peer brings another one along.
    alias: { react: fromRoot('react'), 'react-dom': fromRoot('react-dom') },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  })
  const http = createServer(({ url }, response) => {
    const isScript = url === '/main.js'
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
    response.end(
      isScript ? outputFiles[0].text : '<!doctype html><script type=module src=/main.js></script>',
    )
  })
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${http.address().port}/`, close: () => http.close() }
}
