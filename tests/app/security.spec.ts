import { expect, test } from './harness/test.ts'

test('the page has nothing but the bridge', async ({ ottla }) => {
  const given = await ottla.page.evaluate(() => ({
    bridge: Object.keys((globalThis as unknown as { ottla: object }).ottla).sort(),
    node: ['require', 'process', 'Buffer', 'module'].filter((name) => name in globalThis),
    origin: location.origin,
  }))
  expect(given).toEqual({ bridge: ['ask', 'listen'], node: [], origin: 'app://ottla' })
})

test('main answers only what the contract declares', async ({ ottla }) => {
  const ask = (message: unknown) =>
    ottla.page.evaluate(
      (message) => (globalThis as unknown as { ottla: { ask: (m: unknown) => unknown } }).ottla.ask(message),
      message,
    )
  expect(await ask({ kind: 'call', name: 'app.exit' })).toMatchObject({ ok: false })
  expect(await ask('anything')).toMatchObject({ ok: false, failure: { code: 'NOT_UNDERSTOOD' } })
  const outside = { name: '../outside', brokers: 1, firstPort: 9092 }
  expect(await ask({ kind: 'call', name: 'clusters.create', input: outside })).toMatchObject({
    ok: false,
    failure: { code: 'INVALID_INPUT' },
  })
})

test('the page runs no text as code and reaches nothing outside', async ({ ottla }) => {
  const blocked = await ottla.page.evaluate(async () => {
    // Later, because what DevTools evaluates at once is exempt from the page's policy.
    const attempt = (act: () => unknown) =>
      new Promise((resolve) => setTimeout(resolve)).then(act).then(
        () => 'done',
        () => 'blocked',
      )
    return Promise.all([
      attempt(() => new Function('return 1')()),
      attempt(() => fetch('http://127.0.0.1:9/')),
      attempt(() => navigator.clipboard.readText()),
      attempt(() => navigator.mediaDevices.getUserMedia({ audio: true })),
    ])
  })
  expect(blocked).toEqual(['blocked', 'blocked', 'blocked', 'blocked'])
  // The CSP reports what it blocked, which is what was asked for here.
  ottla.errors.splice(0)
})

test('the page opens nothing and goes nowhere', async ({ ottla }) => {
  // Asked of Electron: Playwright itself would wait for the navigation that never happens.
  const after = await ottla.app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    const opened = await contents?.executeJavaScript("window.open('https://example.com') !== null")
    await contents?.executeJavaScript("void (location.href = 'https://example.com/')")
    const stays = await contents?.executeJavaScript("document.querySelector('h1') !== null")
    return { opened, stays, url: contents?.getURL(), windows: BrowserWindow.getAllWindows().length }
  })
  expect(after).toEqual({ opened: false, stays: true, url: 'app://ottla/index.html', windows: 1 })
})

test('the app serves its own files and none beside them', async ({ ottla }) => {
  const statuses = await ottla.page.evaluate(() =>
    Promise.all(
      ['/index.html', '/../main/index.js', '/%2e%2e/main/index.js', '/no-such-file.js'].map(
        async (path) => (await fetch(`app://ottla${path}`)).status,
      ),
    ),
  )
  expect(statuses).toEqual([200, 404, 404, 404])
  ottla.errors.splice(0)
})
