import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'

/** Chromium refuses to sandbox for root, as in most containers. */
const SANDBOX = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** Seldom enough not to be in the way of what is measured. */
const ASK_AGAIN_MS = 250

export interface Launch {
  /** Milliseconds from the spawn of the process to the first paint of the window, which is its frame. */
  firstPaintMs: number
  /** To the paint of its first page: what a user came for is there and can be used. */
  usableMs: number
}

/**
 * Starts the app as a user's desktop does, and asks the window afterwards when it painted what. Over a pipe to its
 * developer tools, for a test driver would hold the start up.
 */
export async function launch(home: string): Promise<Launch> {
  const spawnedMs = Date.now()
  const child = spawn(
    process.env['OTTLA_ELECTRON'] ?? '',
    ['--remote-debugging-pipe', ...SANDBOX, process.cwd()],
    {
      env: { ...process.env, OTTLA_HOME: home },
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    },
  )
  const tools = new DeveloperTools(child)
  const page = await tools.ownPage()
  const painted = (await tools.evaluate(page, PAINTED)) as { first: number; page: number }
  child.kill('SIGTERM')
  await once(child, 'exit')
  return { firstPaintMs: painted.first - spawnedMs, usableMs: painted.page - spawnedMs }
}

/** By the clock on the wall: the app itself marks when it has painted its first page. */
const PAINTED = `new Promise((resolve) => {
  const wallMs = ({ startTime }) => performance.timeOrigin + startTime
  const look = () => {
    const [first] = performance.getEntriesByName('first-paint')
    const [page] = performance.getEntriesByName('first-page')
    if (first && page) resolve({ first: wallMs(first), page: wallMs(page) })
    else setTimeout(look, ${ASK_AGAIN_MS})
  }
  look()
})`

interface Message {
  id?: number
  method?: string
  params?: { targetInfo?: { targetId: string; type: string; url: string } }
  result?: Record<string, unknown>
}

class DeveloperTools {
  readonly #out: Writable
  readonly #waiting = new Map<number, (message: Message) => void>()
  readonly #targets: Promise<string>
  #rest = ''
  #lastId = 0

  constructor(child: ChildProcess) {
    this.#out = child.stdio[3] as Writable
    let found: (targetId: string) => void = () => undefined
    this.#targets = new Promise((resolve) => (found = resolve))
    const input = child.stdio[4] as Readable
    input.setEncoding('utf8')
    input.on('data', (text: string) => {
      const messages = (this.#rest + text).split('\0')
      this.#rest = messages.pop() ?? ''
      for (const each of messages) {
        const message = JSON.parse(each) as Message
        this.#waiting.get(message.id ?? -1)?.(message)
        const target = message.params?.targetInfo
        if (target?.type === 'page' && target.url.startsWith('app:')) found(target.targetId)
      }
    })
  }

  /** A session with the app's window, as soon as it has its page. */
  async ownPage(): Promise<string> {
    await this.#ask('Target.setDiscoverTargets', { discover: true })
    const targetId = await this.#targets
    return String((await this.#ask('Target.attachToTarget', { targetId, flatten: true }))['sessionId'])
  }

  /** Evaluates once the page has loaded: what runs before is lost with the empty page a window begins with. */
  async evaluate(sessionId: string, expression: string): Promise<unknown> {
    for (;;) {
      const ready = await this.#ask('Runtime.evaluate', { expression: IS_LOADED }, sessionId)
      if ((ready['result'] as { value?: unknown } | undefined)?.value === true) break
      await delay(ASK_AGAIN_MS)
    }
    const asked = { expression, awaitPromise: true, returnByValue: true }
    const { result } = await this.#ask('Runtime.evaluate', asked, sessionId)
    return (result as { value: unknown }).value
  }

  #ask(method: string, params: object, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.#lastId
    this.#out.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`)
    return new Promise((resolve) => this.#waiting.set(id, ({ result }) => resolve(result ?? {})))
  }
}

const IS_LOADED = `location.protocol === 'app:' && document.readyState === 'complete'`
