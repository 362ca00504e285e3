/** The dashboard panel. */
import './dashboard.css';
