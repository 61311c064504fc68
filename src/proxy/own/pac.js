// Lifeguard: which connections go through the filter. Made from its settings. No name is looked up here, and what cannot
// be read goes through the filter.
var PROXY = @PROXY@;
var OWN = @OWN@;
var HOSTS = @HOSTS@;
var NETS = @NETS@;

function FindProxyForURL(url, host) {
  host = host.toLowerCase().replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (host !== OWN && (isListed(host) || isInRange(host))) return "DIRECT";
  return PROXY;
}

function isListed(host) {
  for (var i = 0; i < HOSTS.length; i++) {
    var name = HOSTS[i], below = "." + name;
    if (host === name) return true;
    if (host.length > below.length && host.substring(host.length - below.length) === below) return true;
  }
  return false;
}

function isInRange(host) {
  var words = wordsOf(host);
  for (var i = 0; words && i < NETS.length; i++) {
    if (NETS[i][0].length === words.length && agree(NETS[i][0], words, NETS[i][1])) return true;
  }
  return false;
}

// The first bits of two addresses, 16 to a word.
function agree(a, b, bits) {
  for (var i = 0; bits > 0; i++, bits -= 16) {
    var away = bits >= 16 ? 0 : 16 - bits;
    if (a[i] >> away !== b[i] >> away) return false;
  }
  return true;
}

// An address in numbers as words of 16 bits: two for IPv4, eight for IPv6. Anything else: null.
function wordsOf(host) {
  var four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  if (four) return four[1] > 255 || four[2] > 255 || four[3] > 255 || four[4] > 255 ? null : [four[1] * 256 + +four[2], four[3] * 256 + +four[4]];
  if (host.indexOf(":") < 0 || !/^[0-9a-f:]+$/.test(host)) return null;
  var halves = host.split("::");
  if (halves.length > 2) return null;
  var left = halves[0] ? halves[0].split(":") : [], right = halves[1] ? halves[1].split(":") : [];
  if (halves.length === 1 ? left.length !== 8 : left.length + right.length > 7) return null;
  while (left.length + right.length < 8) left.push("0");
  var words = left.concat(right);
  for (var i = 0; i < 8; i++) {
    if (!/^[0-9a-f]{1,4}$/.test(words[i])) return null;
    words[i] = parseInt(words[i], 16);
  }
  return words;
}
