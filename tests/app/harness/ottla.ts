import type { ElectronApplication, Page } from '@playwright/test'
import { _electron as electron, expect } from '@playwright/test'
import { fileURLToPath } from 'node:url'
import { electronBinary } from '../../../scripts/electron-path.mjs'
import { CreateClusterPage } from '../pages/create-cluster-page.ts'
import { OverviewPage } from '../pages/overview-page.ts'
import { SettingsPage } from '../pages/settings-page.ts'
import { Shell } from '../pages/shell.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Chromium refuses to sandbox for root, as in most containers. */
const SANDBOX = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** The app as a user has it before them: a process, a window, and the pages in it. */
export class Ottla {
  readonly app: ElectronApplication
  readonly page: Page
  readonly home: string
  /** What the window wrote to its console as an error, and what it threw. */
  readonly errors: string[]
  readonly shell: Shell
  readonly create: CreateClusterPage
  readonly overview: OverviewPage
  readonly settings: SettingsPage

  private constructor(app: ElectronApplication, page: Page, home: string, errors: string[]) {
    this.app = app
    this.page = page
    this.home = home
    this.errors = errors
    this.shell = new Shell(page)
    this.create = new CreateClusterPage(page)
    this.overview = new OverviewPage(page)
    this.settings = new SettingsPage(page)
  }

  /** Starts the built app with `home` for everything it keeps, and waits for its first page. */
  static async launch(home: string): Promise<Ottla> {
    const app = await electron.launch({
      executablePath: electronBinary(),
      args: [ROOT, ...SANDBOX],
      // The theme is the app's own setting here; Playwright would lay one over it.
      colorScheme: null,
      env: {
        ...process.env,
        OTTLA_HOME: home,
        LANGUAGE: 'en_US',
        LC_ALL: 'en_US.UTF-8',
        LANG: 'en_US.UTF-8',
      },
    })
    const page = await app.firstWindow()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(String(error)))
    page.on(
      'console',
      (message) => void errors.push(...[message.text()].filter(() => message.type() === 'error')),
    )
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    return new Ottla(app, page, home, errors)
  }

  /** Quits as a user does; resolves when the process is gone. */
  async quit(): Promise<void> {
    await this.app.close()
  }

  /** The process dies in the middle of whatever it does. */
  async kill(): Promise<void> {
    const gone = new Promise((resolve) => this.app.process().once('exit', resolve))
    this.app.process().kill('SIGKILL')
    await gone
  }

  async resize(width: number, height: number): Promise<void> {
    await this.app.evaluate(
      ({ BrowserWindow }, [width, height]) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height),
      [width, height] as const,
    )
    await expect.poll(() => this.page.evaluate(() => [innerWidth, innerHeight])).toEqual([width, height])
  }

  clipboardText(): Promise<string> {
    return this.app.evaluate(({ clipboard }) => clipboard.readText())
  }
}
