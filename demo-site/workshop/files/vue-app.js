const template = `
  <button type="button" @click="isOpen = !isOpen">Show or hide</button>
  <section v-if="isOpen"><wl-signup :mode="mode" :strings.prop="strings">One moment.</wl-signup></section>
  <section><wl-gate balance="1"><p v-if="isOpen" id="behind">For those who have a credit or more.</p></wl-gate></section>`;
const app = Vue.createApp({
  template,
  data: () => ({ isOpen: true, mode: 'sign-up', strings: { 'signUp.heading': 'Join us' } }),
});
app.config.compilerOptions.isCustomElement = (tag) => tag.startsWith('wl-');
app.mount('#app');
