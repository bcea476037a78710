;; Joins the streams of a container again; mod.rs says what is in one. It runs before the driver does, so it has to be small.
;;
;; Nothing in a container is trusted, and few things have to be checked: every number leads somewhere in this memory or
;; traps, every step reads on, and the memory does not grow here. What comes out has the length that JavaScript says and
;; the checksum that the container says, or there is a trap at the end.
;;
;; Memory: 0 letters (a byte for each code) | 1024 places of streams (four bytes each) | 8192 the module | eight zeros |
;; the text, and in its place the container: its bytes are fewer than its letters.
(module
  ;; JavaScript makes room for module and text: up to 64 MB.
  (memory (export "memory") 1 1024)

  ;; Where the next byte of the module goes.
  (global $out (mut i32) (i32.const 8192))

  ;; A stream is known by where its place is kept, that of its next byte: 1024 and so on.
  (func $copy (param $stream i32) (param $count i32)
    (local $place i32)
    (memory.copy
      (global.get $out) (local.tee $place (i32.load (local.get $stream))) (local.get $count))
    (i32.store (local.get $stream) (i32.add (local.get $place) (local.get $count)))
    (global.set $out (i32.add (global.get $out) (local.get $count))))

  ;; Copies a number, and says which it is.
  (func $number (param $stream i32) (result i32)
    (local $place i32) (local $to i32) (local $byte i32) (local $shift i32) (local $value i32)
    (local.set $place (i32.load (local.get $stream)))
    (local.set $to (global.get $out))
    (loop $each
      (i32.store8 (local.get $to) (local.tee $byte (i32.load8_u (local.get $place))))
      (local.set $value
        (i32.or (local.get $value)
          (i32.shl (i32.and (local.get $byte) (i32.const 127)) (local.get $shift))))
      (local.set $shift (i32.add (local.get $shift) (i32.const 7)))
      (local.set $place (i32.add (local.get $place) (i32.const 1)))
      (local.set $to (i32.add (local.get $to) (i32.const 1)))
      (br_if $each (i32.gt_u (local.get $byte) (i32.const 127))))
    (i32.store (local.get $stream) (local.get $place))
    (global.set $out (local.get $to))
    (local.get $value))

  ;; The same, but it is not copied: the next one takes its place.
  (func $told (param $stream i32) (result i32)
    (local $before i32)
    (local.set $before (global.get $out))
    (call $number (local.get $stream))
    (global.set $out (local.get $before)))

  ;; Bytes out of letters. The text begins with those of each byte.
  (func $read (param $from i32) (param $end i32)
    (local $to i32) (local $known i32) (local $code i32)
    (local.set $to (local.get $from))
    (loop $each
      (local.set $code (i32.load8_u (local.get $from)))
      ;; One of the last letters: two stand for a byte.
      (if (i32.ge_u (local.get $code) (i32.const 0x7d))
        (then
          (local.set $from (i32.add (local.get $from) (i32.const 1)))
          (local.set $code
            (i32.add
              (i32.mul (i32.sub (local.get $code) (i32.const 0x7c)) (i32.const 128))
              (i32.load8_u (local.get $from))))))
      (if (i32.lt_u (local.get $known) (i32.const 256))
        (then
          (i32.store8 (local.get $code) (local.get $known))
          (local.set $known (i32.add (local.get $known) (i32.const 1))))
        (else
          (i32.store8 (local.get $to) (i32.load8_u (local.get $code)))
          (local.set $to (i32.add (local.get $to) (i32.const 1)))))
      (br_if $each (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 1))) (local.get $end))))
    (global.set $end (local.get $to)))

  ;; Where the container ends.
  (global $end (mut i32) (i32.const 0))

  ;; One body of a function, with its length before it.
  (func $body (param $container i32)
    (local $begin i32) (local $form i32) (local $flags i32) (local $stream i32) (local $count i32)
    (local $length i32) (local $token i32)
    ;; The length is not known yet: there is room for the longest.
    (global.set $out (i32.add (local.tee $begin (global.get $out)) (i32.const 5)))
    (local.set $token (i32.load (i32.const 1024)))
    (loop $piece
      ;; The form's cell in the first column.
      (local.set $form (i32.add (local.get $container) (i32.load8_u (local.get $token))))
      (local.set $token (i32.add (local.get $token) (i32.const 1)))
      (i32.store (global.get $out)
        (i32.or
          (i32.or
            (i32.load8_u offset=8 (local.get $form))
            (i32.shl (i32.load8_u offset=264 (local.get $form)) (i32.const 8)))
          (i32.or
            (i32.shl (i32.load8_u offset=520 (local.get $form)) (i32.const 16))
            (i32.shl (i32.load8_u offset=776 (local.get $form)) (i32.const 24)))))
      (global.set $out (i32.add (global.get $out) (i32.load8_u offset=1032 (local.get $form))))
      (local.set $stream (i32.load8_u offset=1288 (local.get $form)))
      (local.set $flags (i32.load8_u offset=2056 (local.get $form)))
      (if (i32.and (local.get $flags) (i32.const 1))
        ;; By the token that comes next.
        (then
          (local.set $stream
            (i32.add (local.get $stream) (i32.load8_u (local.get $token))))))
      (local.set $stream (i32.add (i32.const 1024) (i32.mul (local.get $stream) (i32.const 4))))
      (if (i32.and (local.get $flags) (i32.const 2))
        ;; As it is.
        (then (call $copy (local.get $stream) (call $told (local.get $stream)))))
      (local.set $count (i32.load8_u offset=1544 (local.get $form)))
      (if (i32.load8_u offset=1800 (local.get $form))
        ;; A list.
        (then
          (local.set $count
            (i32.add (local.get $count)
              (i32.mul (i32.load8_u offset=1800 (local.get $form)) (call $number (local.get $stream)))))))
      (block $done
        (loop $each
          (br_if $done (i32.eqz (local.get $count)))
          (drop (call $number (local.get $stream)))
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br $each)))
      (br_if $piece (i32.eqz (i32.and (local.get $flags) (i32.const 4)))))
    (i32.store (i32.const 1024) (local.get $token))
    ;; The length, and the body moves up to it.
    (local.set $count
      (local.tee $length (i32.sub (global.get $out) (i32.add (local.get $begin) (i32.const 5)))))
    (global.set $out (local.get $begin))
    (loop $each
      (i32.store8 (global.get $out)
        (i32.or
          (i32.and (local.get $count) (i32.const 127))
          (i32.shl (i32.gt_u (local.get $count) (i32.const 127)) (i32.const 7))))
      (global.set $out (i32.add (global.get $out) (i32.const 1)))
      (br_if $each (local.tee $count (i32.shr_u (local.get $count) (i32.const 7)))))
    (memory.copy (global.get $out) (i32.add (local.get $begin) (i32.const 5)) (local.get $length))
    (global.set $out (i32.add (global.get $out) (local.get $length))))

  (func (export "unpack") (param $text i32) (param $length i32)
    (local $bodies i32) (local $stream i32) (local $place i32) (local $at i32) (local $sum i64)
    (local $head i32) (local $tail i32) (local $size i32)
    (call $read (local.get $text) (i32.add (local.get $text) (local.get $length)))
    ;; What follows the table is read like a stream, by the place of the tokens' own.
    (i32.store (i32.const 1020) (i32.add (local.get $text) (i32.const 2312)))
    (local.set $bodies (call $told (i32.const 1020)))
    (local.set $stream
      (i32.add (i32.const 1024) (i32.mul (call $told (i32.const 1020)) (i32.const 4))))
    (local.set $place (global.get $end))
    (loop $each
      (local.set $stream (i32.sub (local.get $stream) (i32.const 4)))
      (local.set $tail (local.get $head))
      (local.set $head (local.get $size))
      (local.set $place
        (i32.sub (local.get $place) (local.tee $size (call $told (i32.const 1020)))))
      (i32.store (local.get $stream) (local.get $place))
      (br_if $each (i32.gt_u (local.get $stream) (i32.const 1024))))
    ;; The last ones were those of the tail, of the head and of the tokens.
    (call $copy (i32.const 1028) (local.get $head))
    (block $done
      (loop $each
        (br_if $done (i32.eqz (local.get $bodies)))
        (call $body (local.get $text))
        (local.set $bodies (i32.sub (local.get $bodies) (i32.const 1)))
        (br $each)))
    (call $copy (i32.const 1032) (local.get $tail))
    ;; A body has been there for a while.
    (i64.store (global.get $out) (i64.const 0))
    ;; It is as long as it should be, up to the zeros before the text, and has the checksum.
    (local.set $at (i32.const 8192))
    (loop $each
      (local.set $sum
        (i64.rotl
          (i64.mul
            (i64.xor (local.get $sum) (i64.load (local.get $at)))
            (i64.const 0x9E3779B97F4A7C15))
          (i64.const 29)))
      (br_if $each (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (global.get $out))))
    (if (i32.or
          (i32.ne (i32.add (global.get $out) (i32.const 8)) (local.get $text))
          (i64.ne (local.get $sum) (i64.load (local.get $text))))
      (then (unreachable)))))
