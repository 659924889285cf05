// Leftovers of old libraries: names on every object, and a foreign element under a name of ours.
Object.prototype.extend = function extend() {
  return this;
};
Object.prototype.junk = 'junk';
Array.prototype.last = function last() {
  return this[this.length - 1];
};
