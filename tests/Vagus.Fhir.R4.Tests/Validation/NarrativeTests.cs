using System.Text;
using Vagus.Fhir.R4.Validation;

namespace Vagus.Fhir.R4.Tests.Validation;

public sealed class NarrativeTests
{
    private const string Root = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";

    [Theory]
    [InlineData("x")]
    [InlineData("<a href=\"Patient/1\">x</a><!-- <script> --><br/>")]
    [InlineData("<p title=\"1 &gt; 0 > &#169;\">on click = none ]] &nbsp;&eacute;&#x1F600;</p>")]
    [InlineData("<table border=\"1\"><thead><tr><th scope='col'>a</th></tr></thead><tbody><tr><td colspan = \"2\" >b</td ></tr></tbody></table>")]
    [InlineData("<img src=\"#picture\" alt=\"\"/>")]
    [InlineData("<img src=\"Binary/1\" alt=\"\"/>")]
    [InlineData("<img src=\"data: image/png;base64,iVBORw0KGgo\"/>")]
    [InlineData("<a href=\"https://example.org/?a=1&amp;b=2\" rel=\"nofollow\">x</a><a href=\"mailto:a@example.org\">y</a><a name=\"z\"> </a>")]
    [InlineData("<p style=\"color: red; background: url(tbl.png) #fff; font-family: &quot;A&quot;\">x</p>")]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'><p>ü</p></div>")]
    public void Formatted_text_with_links_and_pictures_of_its_own_is_taken(string inner) => Assert.Null(FlawOf($" {Root}{inner}</div>\n"));

    [Theory]
    [InlineData("<script>1</script>")]
    [InlineData("<style>p { }</style>")]
    [InlineData("<SCRIPT src='x'/>")]
    [InlineData("<iframe src=\"x\"></iframe>")]
    [InlineData("<object data=\"x\"/>")]
    [InlineData("<form><input/></form>")]
    [InlineData("<svg><p>x</p></svg>")]
    [InlineData("<link href=\"x\"/>")]
    [InlineData("<base href=\"x\"/>")]
    [InlineData("<p onclick=\"x\">x</p>")]
    [InlineData("<p ONCLICK=\"x\">x</p>")]
    [InlineData("<p id=\"a\" srcset=\"x\">x</p>")]
    [InlineData("<img/onerror=\"x\" src=\"a\"/>")]
    [InlineData("<a href=\" java\tscript:x\">x</a>")]
    [InlineData("<a href=\"java&#115;cript:x\">x</a>")]
    [InlineData("<a href=\"java&#x0A;script:x\">x</a>")]
    [InlineData("<a href=\"DATA:text/html,x\">x</a>")]
    [InlineData("<img src=\"http://example.org/x.png\"/>")]
    [InlineData("<img src=\"//example.org/x.png\"/>")]
    [InlineData("<img src=\" \\\\example.org\\x.png\"/>")]
    [InlineData("<img src=\"javascript:x\"/>")]
    [InlineData("<p style=\"background: URL( 'https://example.org/x.png')\">x</p>")]
    [InlineData("<p style=\"background: u\\72l(https://example.org/x.png)\">x</p>")]
    [InlineData("<p style=\"background: &#117;rl(//example.org/x.png)\">x</p>")]
    [InlineData("<p style=\"background: image-set('https://example.org/x.png' 1x)\">x</p>")]
    [InlineData("<p style=\"@import 'x'\">x</p>")]
    [InlineData("x<!--><img src=\"x\" onerror=\"alert(1)\"/>-->")]
    [InlineData("x<!---><img src=\"x\" onerror=\"alert(1)\"/>-->")]
    [InlineData("<img src=\"/&#9;/example.org/x.png\"/>")]
    [InlineData("<img src=\"&#10;/\t/example.org/x.png\"/>")]
    [InlineData("<p style=\"background: url('/&#10;/example.org/x.png')\">x</p>")]
    [InlineData("<p style=\"width: expression(x)\">x</p>")]
    public void Nothing_runs_and_nothing_is_loaded_from_elsewhere(string inner) =>
        Assert.StartsWith("txt-1: ", FlawOf($"{Root}x{inner}</div>"), StringComparison.Ordinal);

    [Theory]
    [InlineData("hello")]
    [InlineData("<p xmlns=\"http://www.w3.org/1999/xhtml\">x</p>")]
    [InlineData("<divx></divx>")]
    [InlineData("<div>x</div>")]
    [InlineData("<div xmlns=\"http://example.org\">x</div>")]
    [InlineData("<div xmlns:h=\"http://www.w3.org/1999/xhtml\">x</div>")]
    [InlineData(Root + "x")]
    [InlineData(Root + "x<")]
    [InlineData(Root + "x</p>")]
    [InlineData(Root + "<p>x</div>")]
    [InlineData(Root + "<p>x<br></p></div>")]
    [InlineData(Root + "<b><i>x</b></i></div>")]
    [InlineData(Root + "x</div>" + Root + "y</div>")]
    [InlineData(Root + "x</div>y")]
    [InlineData(Root + "x</div></div>")]
    [InlineData(Root + "x</div><!-- y -->")]
    [InlineData("<!-- x -->" + Root + "x</div>")]
    [InlineData(Root + "salt & pepper</div>")]
    [InlineData(Root + "&nothing;</div>")]
    [InlineData(Root + "&#0;x</div>")]
    [InlineData(Root + "&#xD800;x</div>")]
    [InlineData(Root + "x ]]> y</div>")]
    [InlineData(Root + "x \u0001 y</div>")]
    [InlineData(Root + "<![CDATA[x]]></div>")]
    [InlineData(Root + "<?php x ?>x</div>")]
    [InlineData(Root + "<!-- x</div>")]
    [InlineData(Root + "<!-- x -- y -->x</div>")]
    [InlineData(Root + "<P>x</P></div>")]
    [InlineData(Root + "<p title=x>x</p></div>")]
    [InlineData(Root + "<p title>x</p></div>")]
    [InlineData(Root + "<p title=\"x\"lang=\"y\">x</p></div>")]
    [InlineData(Root + "<p title=\"x\" title=\"y\">x</p></div>")]
    [InlineData(Root + "<p title=\"a < b\">x</p></div>")]
    [InlineData(Root + "<p title=\"a & b\">x</p></div>")]
    [InlineData(Root + "<p title=\"x>x</p></div>")]
    [InlineData("<!DOCTYPE html>" + Root + "x</div>")]
    [InlineData("")]
    public void A_narrative_is_one_well_formed_div_in_its_namespace(string xhtml) =>
        Assert.StartsWith("txt-1: ", FlawOf(xhtml), StringComparison.Ordinal);

    [Theory]
    [InlineData("<div xmlns=\"http://www.w3.org/1999/xhtml\"/>")]
    [InlineData(Root + " \n</div>")]
    [InlineData(Root + "<p>&nbsp;&#32;<br/></p><!-- x --></div>")]
    public void A_narrative_says_something(string xhtml) => Assert.StartsWith("txt-2: ", FlawOf(xhtml), StringComparison.Ordinal);

    [Fact]
    public void Nesting_has_an_end()
    {
        string Repeated(string tag, int times) => string.Concat(Enumerable.Repeat(tag, times));
        string Nested(int times) => $"{Root}{Repeated("<b>", times)}x{Repeated("</b>", times)}</div>";

        Assert.Null(FlawOf(Nested(127)));
        Assert.Equal("txt-1: Nests too deeply", FlawOf(Nested(128)));
        Assert.Equal("txt-1: Nests too deeply", FlawOf(Nested(100_000)));
    }

    [Fact]
    public void What_is_cut_anywhere_is_refused()
    {
        const string whole = Root + "<p title='a &amp; b'>x &#233; <img src=\"#p\" alt=\"\"/><!-- y --></p></div>";

        Assert.Null(FlawOf(whole));
        Assert.All(Enumerable.Range(0, whole.Length), length => Assert.NotNull(FlawOf(whole[..length])));
    }

    private static string? FlawOf(string xhtml) => NarrativeText.FlawOf(Encoding.UTF8.GetBytes(xhtml));
}
