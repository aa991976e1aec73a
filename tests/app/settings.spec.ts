import { Ottla } from './harness/ottla.ts'
import { expect, test } from './harness/test.ts'

test('the theme is the user’s choice, at once and at the next launch', async ({ home, ottla }) => {
  const html = ottla.page.locator('html')
  await ottla.shell.openSettings()
  await ottla.settings.choose('Dark')
  await expect(html).toHaveClass(/\bdark\b/u)
  await ottla.shell.run('Theme: Light')
  await expect(html).toHaveClass(/\blight\b/u)
  await ottla.shell.run('Theme: Dark')
  await expect(html).toHaveClass(/\bdark\b/u)

  await test.step('the next launch', async () => {
    await ottla.quit()
    const again = await Ottla.launch(home)
    await expect(again.page.locator('html')).toHaveClass(/\bdark\b/u)
    await again.quit()
  })
})

test('tabs open, go back and close', async ({ ottla }) => {
  const { shell } = ottla
  await shell.openSettings()
  await expect(shell.tabs.getByRole('button', { name: 'Settings', exact: true })).toHaveAttribute(
    'aria-current',
    'true',
  )
  await shell.tabs.getByRole('button', { name: 'Close tab Settings' }).click()
  await expect(ottla.create.submit).toBeVisible()

  await ottla.create.submit.click()
  await expect(ottla.overview.state).toHaveText('Running')
  await shell.tabs.getByRole('button', { name: 'Back' }).click()
  await expect(ottla.create.submit).toBeVisible()
  await shell.tabs.getByRole('button', { name: 'Forward' }).click()
  await expect(ottla.overview.state).toHaveText('Running')
})

test('the window is where it was', async ({ home, ottla }) => {
  const bounds = { x: 40, y: 30, width: 1000, height: 700 }
  await ottla.app.evaluate(
    ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
    bounds,
  )
  await ottla.quit()
  const again = await Ottla.launch(home)
  const now = await again.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
  expect(now).toEqual(bounds)
  await again.quit()
})
