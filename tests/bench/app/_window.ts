import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { ElectronApplication, Page } from 'playwright'
import { _electron as electron } from 'playwright'
import { CreateClusterPage } from '../../app/pages/create-cluster-page.ts'
import { OverviewPage } from '../../app/pages/overview-page.ts'

const SANDBOX = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const SIZE = { width: 1280, height: 800 }

export interface Window {
  app: ElectronApplication
  page: Page
  close: () => Promise<void>
}

/** The built app with `home` for everything it keeps, driven as its tests drive it. */
export async function openWindow(home: string): Promise<Window> {
  const app = await electron.launch({
    executablePath: process.env['OTTLA_ELECTRON'] ?? '',
    args: [process.cwd(), ...SANDBOX],
    colorScheme: null,
    env: { ...process.env, OTTLA_HOME: home, LANGUAGE: 'en_US', LC_ALL: 'en_US.UTF-8' } as Record<
      string,
      string
    >,
  })
  const child = app.process()
  process.once('exit', () => child.kill('SIGKILL'))
  const page = await app.firstWindow()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await app.evaluate(
    ({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height),
    SIZE,
  )
  return { app, page, close: () => app.close() }
}

/** Creates the first cluster from the page that offers it, on free ports; resolves to its bootstrap servers. */
export async function createCluster({ page }: Window): Promise<string> {
  const form = new CreateClusterPage(page)
  await form.firstPort.fill(String(await freePort()))
  await form.submit.click()
  const overview = new OverviewPage(page)
  await overview.brokers.locator('[data-state=running]').nth(2).waitFor()
  return overview.servers()
}

/** Where the system has nothing at the moment, with room for the other brokers: ephemeral ports come far apart. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
