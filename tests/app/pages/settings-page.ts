import type { Locator, Page } from '@playwright/test'

export class SettingsPage {
  readonly page: Page
  readonly main: Locator

  constructor(page: Page) {
    this.page = page
    this.main = page.getByRole('main')
  }

  /** By the name of the choice, in whichever language the window is. */
  async choose(name: string): Promise<void> {
    await this.main.getByText(name, { exact: true }).click()
  }
}
