import type { Locator } from '@playwright/test'
import { en } from '../../../src/renderer/locales/en.ts'
import { ko } from '../../../src/renderer/locales/ko.ts'
import type { Bridge } from '../../../src/shared/ipc/bridge.ts'
import type { Ottla } from '../harness/ottla.ts'
import { expect } from '../harness/test.ts'

declare global {
  interface Window {
    readonly ottla: Bridge
  }
}

const SIZES = [
  [1280, 800],
  [1920, 1200],
] as const

export const LOOKS = (['dark', 'light'] as const).flatMap((theme) =>
  (['en', 'ko'] as const).map((language) => ({ theme, language })),
)

/** The window in one theme and one language, and how to get about in it by the words it shows. */
export class Look {
  readonly words: typeof en | typeof ko
  readonly #ottla: Ottla
  readonly #name: string

  private constructor(ottla: Ottla, name: string, words: typeof en | typeof ko) {
    this.#ottla = ottla
    this.#name = name
    this.words = words
  }

  static async put(ottla: Ottla, { theme, language }: (typeof LOOKS)[number]): Promise<Look> {
    await ottla.page.evaluate((input) => window.ottla.ask({ kind: 'call', name: 'settings.change', input }), {
      theme,
      language,
    })
    await expect(ottla.page.locator('html')).toHaveAttribute('lang', language)
    return new Look(ottla, `${theme}-${language}`, { en, ko }[language])
  }

  /** All but the one in view, so that a picture shows the page and not how it was reached. */
  async closeTabs(): Promise<void> {
    const others = this.#ottla.shell.tabs.locator('[data-tab]:not(:has([aria-current]))')
    while ((await others.count()) > 0) await others.first().getByRole('button').last().click()
  }

  get main(): Locator {
    return this.#ottla.page.getByRole('main')
  }

  async open(feature: keyof typeof en.features): Promise<void> {
    const rail = this.#ottla.page.getByRole('complementary').first()
    await rail.getByRole('button', { name: this.words.features[feature], exact: true }).click()
  }

  async press(name: string): Promise<void> {
    await this.main.getByRole('button', { name, exact: true }).first().click()
  }

  async take(page: string): Promise<void> {
    for (const [width, height] of SIZES) {
      await this.#ottla.resize(width, height)
      // Fonts and charts come after the first frame.
      await this.#ottla.page.evaluate(() => document.fonts.ready)
      await this.#ottla.page.screenshot({
        path: `out/pictures/${width}/${page}-${this.#name}.png`,
        animations: 'disabled',
      })
    }
  }
}
