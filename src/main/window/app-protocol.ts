import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { protocol } from 'electron'

const APP_HOST = 'ottla'
export const APP_ORIGIN = `app://${APP_HOST}`

/** Inline styles: the component library and the editor put theirs into style elements. Data fonts: Vite inlines small ones. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ')

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.map': 'application/json; charset=utf-8',
}

/** Must run before Electron is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the files of the built window, and nothing outside of that folder. */
export function serveApp(rendererDirectory: string): void {
  protocol.handle('app', async (request) => {
    const url = new URL(request.url)
    const file = url.host === APP_HOST ? fileOf(rendererDirectory, url.pathname) : null
    const type = file && TYPES[extname(file)]
    if (!file || !type) return new Response(null, { status: 404 })
    try {
      return new Response(new Uint8Array(await readFile(file)), {
        headers: {
          'content-type': type,
          'content-security-policy': CONTENT_SECURITY_POLICY,
          'x-content-type-options': 'nosniff',
        },
      })
    } catch {
      // A file that is not there is an answer, not an error.
      return new Response(null, { status: 404 })
    }
  })
}

function fileOf(directory: string, pathname: string): string | null {
  const root = normalize(directory) + sep
  const file = normalize(join(root, decoded(pathname)))
  return file.startsWith(root) ? file : null
}

/** Empty, which is no file, where the escapes make no sense. */
function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return ''
  }
}
