import type { Locator, Page } from '@playwright/test'

/** What is around every page: rail, tabs, status bar, palette. */
export class Shell {
  readonly page: Page
  readonly rail: Locator
  readonly tabs: Locator
  readonly statusBar: Locator
  readonly palette: Locator

  constructor(page: Page) {
    this.page = page
    this.rail = page.getByRole('complementary')
    this.tabs = page.getByRole('banner')
    this.statusBar = page.getByRole('contentinfo')
    this.palette = page.getByRole('dialog')
  }

  async openSettings(): Promise<void> {
    await this.rail.getByRole('button', { name: /^(Settings|설정)$/u }).click()
  }

  async openOverview(): Promise<void> {
    await this.rail.getByRole('button', { name: /^(Overview|개요)$/u }).click()
  }

  async openPalette(): Promise<void> {
    await this.page.keyboard.press('Control+k')
    await this.palette.waitFor()
  }

  /** Finds a command by typing, and runs the first that is found. */
  async run(command: string): Promise<void> {
    await this.openPalette()
    await this.palette.getByRole('textbox').or(this.palette.getByRole('combobox')).first().fill(command)
    await this.palette.getByRole('option', { name: command }).first().click()
  }
}
