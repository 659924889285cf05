// The three widgets as one would write them for one page: no framework, no states, no theme, one request, straight into the page.
const script = document.querySelector('script[data-key]');
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 3 });
const credits = (millis) => number.format(millis / 1000);

function make(parent, tag, text = '', className = '') {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  parent.append(element);
  return element;
}

export class HandMeter {
  constructor(place) {
    place.textContent = '';
    this.sentence = make(place, 'p');
    this.bar = make(place, 'progress');
    const figures = make(place, 'p');
    this.figures = ['Available', 'Used', 'Assigned'].map((label) => {
      const figure = make(figures, 'data');
      figure.dataset.label = label;
      return figure;
    });
  }

  update({ available, used, assigned, level }) {
    const values = [available, used, assigned].map(credits);
    this.sentence.textContent = `${values[0]} of ${values[2]} credits left`;
    this.bar.className = level;
    this.bar.max = Math.max(assigned, 1);
    this.bar.value = available;
    this.bar.setAttribute('aria-valuetext', this.sentence.textContent);
    this.figures.forEach((figure, index) => {
      figure.textContent = values[index];
    });
    document.dispatchEvent(new CustomEvent('balance-changed', { detail: { available, used, assigned, level } }));
  }
}

function showAccount(place, { account }) {
  place.textContent = '';
  make(place, 'h2', `Welcome, ${account.firstName}`);
  make(place, 'p', account.email);
  make(place, 'button', 'Sign out');
}

function showPackages(place, { packages }) {
  place.textContent = '';
  make(place, 'h2', 'Buy credits');
  for (const { id, name, credits: millis, priceCents, currency } of packages.packages) {
    const card = make(place, 'label', '', 'package');
    Object.assign(make(card, 'input'), { type: 'radio', name: 'package', value: id });
    make(card, 'span', name);
    make(card, 'b', new Intl.NumberFormat('en', { style: 'currency', currency }).format(priceCents / 100));
    make(card, 'span', `${credits(millis)} credits`);
  }
  make(place, 'button', 'Buy');
}

async function start() {
  const { api, key } = script.dataset;
  const body = JSON.stringify({ token: await window.wl.session() });
  const reply = await fetch(`${api}/v1/bootstrap.read?key=${key}`, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body });
  const data = await reply.json();
  const [account, packages, meter] = ['account', 'packages', 'meter'].map((name) => document.querySelector(`[data-widget=${name}]`));
  if (account) showAccount(account, data);
  if (packages) showPackages(packages, data);
  window.handMeter = new HandMeter(meter);
  window.handMeter.update(data.balance);
  document.documentElement.dataset.live = 'yes';
}
start();
