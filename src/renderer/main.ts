import ui from '@nuxt/ui/vue-plugin'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { useClusterColours } from './features/clusters/colours.ts'
import { useClusters } from './features/clusters/store.ts'
import { features, loadPage } from './features/features.ts'
import { useOverviews } from './features/overview/store.ts'
import { useSettings } from './features/settings/store.ts'
import { clientKey, connectToMain } from './ipc.ts'
import { i18n } from './locales/i18n.ts'
import { useNavigation } from './navigation/store.ts'
import './styles/main.css'

const app = createApp(App)
const pinia = createPinia()
const client = connectToMain(window.ottla)
app.provide(clientKey, client)
app.use(pinia)
app.use(i18n)
app.use(ui)

// A few short questions before the first paint, so that it is in the user's language and on the right page.
await Promise.all([
  useSettings(pinia).load(),
  useClusters(pinia).load(),
  useClusterColours(pinia).load(),
  useOverviews(pinia).load(),
  useNavigation(pinia).load(features.map(({ name }) => name)),
])
const navigation = useNavigation(pinia)
navigation.begin()
// What is painted first is the page, not a frame around nothing.
if (navigation.location) await loadPage(navigation.location.feature)
app.mount('#app')
// The frame after the one it is in has painted it.
requestAnimationFrame(() => requestAnimationFrame(() => pageShown()))

function pageShown(): void {
  performance.mark('first-page')
  void client.app.shown()
}
