import './script-tag.ts';
import './first-view.ts';
