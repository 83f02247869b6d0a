/* C that the headers of KVM do not hold today, but those of another kernel might:
   written for the tests, where a compiler is asked what each line means. */
#ifndef UNUSUAL
#define UNUSUAL

#define U_DECIMAL 2147483648
#define U_HEX 0x80000000
#define U_HEX_LONG 0x8000000000000000
#define U_UNSIGNED 4294967295u
#define U_LONG 1L << 40
#define U_TOP (1 << 31)
#define U_TOP_UNSIGNED (1u << 31)
#define U_TOP_LONG 1ULL << 63
#define U_NOT ~0
#define U_NOT_UNSIGNED ~0u
#define U_OCTAL 0777
#define U_BINARY 0b1011
#define U_CHARACTER 'S'
#define U_ESCAPE '\n'
#define U_HEX_ESCAPE '\x7f'
#define U_OCTAL_ESCAPE '\101'
#define U_TWO_CHARACTERS 'AB'
#define U_NEGATIVE_CHARACTER '\xff'
#define U_NOT_A_NUMBER 08
#define U_FLOAT 1.5
#define U_STRING "text"
#define U_EMPTY
#define U_TYPE unsigned long
#define U_POINTER ((char *)0)
#define U_UNKNOWN nobody_knows_this
#define U_STATEMENT ({ 1; })
#define U_CONTINUED 1 + \
  2 /* comment
  goes on */ + 3
#define U_SPL\
ICED 7
#if 0
don't #error here
#elif defined(U_DECIMAL) && !defined U_NOWHERE && (-1 > 0u) && 0x80000000 > -1
#define U_BRANCH 1
#else
#error not here
#endif
#ifdef U_NOWHERE
#define U_HIDDEN 1
#endif
#define U_REDEFINED 1
#undef U_REDEFINED
#define U_REDEFINED 2
#define U_GONE 1
#undef U_GONE

#define PASTE(a, b) a ## b
#define PASTE_LATE(a, b) PASTE(a, b)
#define TWELVE 12
#define U_PASTED PASTE(1, 2)
#define U_PASTED_LATE PASTE_LATE(TWELVE, ULL)
#define U_PASTED_EMPTY PASTE(, 5)PASTE(,)
#define SUM(first, ...) (first + COUNT(0, ## __VA_ARGS__))
#define COUNT(a, b, ...) (a + b)
#define FIRST(a, rest...) a
#define NAMED(rest...) FIRST(8, ## rest)
#define U_VARIADIC SUM(1, 2, 3) + SUM(4, 5)
#define U_VARIADIC_NONE NAMED() + NAMED(1) + FIRST(2)
#define TEXT(a) #a
#define U_STRINGIZED TEXT(abc)
#define ADD(a, b) ((a) + (b))
#define U_NESTED ADD(ADD(1, 2), ADD(3, (4, 5)))
#define U_NESTED_WELL ADD(ADD(1, 2), ADD(3, 4))
#define U_LATE_CALL PASTE_LATE(A, DD)(3, 4)
#define U_ITSELF U_ITSELF
#define U_ROUND_A U_ROUND_B
#define U_ROUND_B U_ROUND_A
#define U_MIRROR U_MIRROR
enum { U_MIRROR = 99, U_FROM_MACRO = U_DECIMAL - 3, U_FOLLOWS, };
enum u_large { U_LARGE = 0x100000000, U_SMALL = -1, };
enum __attribute__((packed)) u_tiny { U_TINY = 200 };
#define U_SIZE_LARGE sizeof(enum u_large)
#define U_SIZE_TINY sizeof(enum u_tiny)
#define U_CONDITION 1 ? -1 : 0u
#define U_CONDITION_LONG (0 ? 1 : 2L)
#define U_LAZY (0 && 1 / 0) || 2
#define U_DIVIDED -7 / 2
#define U_REMAINDER -7 % 2
#define U_UNSIGNED_DIVIDED -7 / 2u
#define U_BY_ZERO 1 / 0
#define U_SHIFTED -8 >> 1
#define U_SHIFTED_UNSIGNED 0xfffffff8 >> 1
#define U_COMPARED (-1 < 0u)
#define U_PRECEDENCE 1 | 2 ^ 3 & 4 == 4 << 1 + 1
#define U_CAST (unsigned char)300
#define U_CAST_SIGNED (signed char)200
#define U_CAST_ENUM (enum u_tiny)300
#define U_CAST_LONG (unsigned long)-1
#define U_CAST_SHORT ((short)0x8000 + 0u)
#define U_SIZEOF sizeof(int *[3]) + sizeof(struct u_bits)
#define U_SIZEOF_VALUE sizeof 1L + sizeof(1)
#define U_ALIGNED _Alignof(struct u_bits)
#define U_LOGIC !5 + !!5 - -5 + +5
#define U_COMMA (1, 2)
#define U_SIZE_MISSING sizeof(struct nobody)

typedef unsigned int u32;
typedef __signed__ char s8;
__extension__ typedef unsigned long long u64;
typedef u64 u64_loose __attribute__((aligned(4)));
typedef void (*u_handler)(int, const char *);
typedef struct { u32 a; s8 b; } u_unnamed;
typedef u32 u_matrix[3][5];
extern int u_variable[2], u_other;
extern int u_function(struct nobody *, int (*)(void)) __attribute__((noreturn));
static inline int u_inline(int a) { if (a) { return ';'; } return a[(int *)0]; }
static const int u_initial[] = { [0] = 1, 2 }, u_second = (3, 4);
_Static_assert(sizeof(u32) == 4, "u32");
struct u_later;
struct u_bits { u32 a:3, b:30; s8 c:4; u32 :0; s8 d; u32 :5; s8 e:2, f; u64 g:33; };
struct u_bits_packed { u32 a:3, b:30; s8 c:4; u32 d; } __attribute__((packed));
struct u_padding { s8 a; u32 :20; s8 b; };
struct u_padding_zero { s8 a:2; int :0; s8 b; };
union u_bits_union { u32 a:17; s8 b; u32 :31; };
struct u_member_packed { s8 a; u64 b __attribute__((packed)); u32 c; };
struct u_member_aligned { s8 a; s8 b __attribute__((aligned(8))); s8 c; };
struct u_packed_aligned { s8 a; u64 __attribute__((aligned(8))) b; s8 c; }
  __attribute__((packed));
struct __attribute__((packed, aligned(2))) u_before { s8 a; u64 b; };
struct u_loose { s8 a; u64_loose b; s8 c; };
struct u_largest { s8 a; } __attribute__((aligned));
struct u_pointers { s8 a; void *b; u_handler c; int (*d)(int); int (*e[3])(int), *f[2];
  int (*g)[7]; struct u_pointers *next; struct u_later *h; };
struct u_named { s8 a; struct u_inner { u32 b; union { u64 c; struct { s8 d, e; }; } f; } g;
  struct u_inner h[2]; u_unnamed i; u_matrix j; struct { struct { u32 k; }; }; };
struct u_flexible { u32 a; u64 b[]; };
struct u_zero { u32 a; u64 b[0]; };
struct u_empty { };
struct u_flex_member { u32 a; struct { struct { } __empty_b; u64 b[]; }; };
union u_union { s8 a[9]; u32 b; struct { u64 c; } d; };
struct u_floats { s8 a; float b; double c; long double d; _Bool e; __int128 f; };
struct u_enums { s8 a; enum u_tiny b; enum u_large c; enum u_inside { U_INSIDE = 5 } d; };
struct u_declares_tag { struct u_only_tag { u32 a; }; s8 b; };
struct u_deep { struct { struct { struct { struct { struct { s8 f; } e; } d; } c; } b; } a; };
struct u_sized { s8 a[sizeof(struct u_named) * 2 + U_TINY]; } ;
struct u_dimension { s8 a[(1 << 3) + (u32)2]; const volatile u32 *const b; u32 const c; };
#endif
