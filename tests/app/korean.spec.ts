import { Ottla } from './harness/ottla.ts'
import { expect, test } from './harness/test.ts'
import { KOREAN, OverviewPage } from './pages/overview-page.ts'

/** What is the same in every language: names, addresses, units, code. */
const SAME_EVERYWHERE =
  /\b(Ottla|kcat|kafkajs|platformatic|kafka|Java|Spring|Python|Go|env|Electron|Node|local|ISR|English|MB|GB|ms|JVM|Docker|Kafka|Ctrl|K)\b/gu

test('in Korean no English is left, and the choice is kept', async ({ home, ottla }) => {
  await ottla.create.submit.click()
  await expect(ottla.overview.state).toHaveText('Running')
  await ottla.shell.openSettings()
  await ottla.settings.choose('한국어')
  await ottla.shell.openOverview()

  const overview = new OverviewPage(ottla.page, KOREAN)
  await expect(overview.state).toHaveText('실행 중')
  await expect(overview.figure('토픽')).toHaveText(/^\d/u)
  await overview.broker(2).getByRole('button', { name: '브로커 2 중지' }).click()
  await expect(overview.broker(2).getByText('중지됨')).toBeVisible()
  await expect(overview.main).toContainText('브로커 2번이 중지되어 있습니다.')

  expect(await ottla.page.locator('html').getAttribute('lang')).toBe('ko')
  expect(await englishIn(ottla)).toEqual([])

  await test.step('also at the next launch', async () => {
    await ottla.quit()
    const again = await Ottla.launch(home)
    await expect(again.overview.state).toHaveText('실행 중')
    await again.quit()
  })
})

/** Words in Latin letters that the window shows or says to a screen reader, outside of code. */
async function englishIn(ottla: Ottla): Promise<string[]> {
  const texts = await ottla.page.evaluate(() => {
    const copy = document.body.cloneNode(true) as HTMLElement
    copy.querySelectorAll('code, pre, script, style, .font-mono').forEach((each) => each.remove())
    const attributes = [...copy.querySelectorAll('*')].flatMap((element) =>
      ['aria-label', 'title', 'placeholder', 'alt'].map((name) => element.getAttribute(name) ?? ''),
    )
    const walker = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT)
    const nodes = [
      ...(function* () {
        while (walker.nextNode()) yield walker.currentNode.textContent ?? ''
      })(),
    ]
    return [...nodes, ...attributes]
  })
  return texts.flatMap((text) => text.replace(SAME_EVERYWHERE, '').match(/[A-Za-z]{2,}/gu) ?? [])
}
