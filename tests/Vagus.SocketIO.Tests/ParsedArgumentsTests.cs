using System.Text;
using Vagus.SocketIO.Packets;

namespace Vagus.SocketIO.Tests;

public sealed class ParsedArgumentsTests
{
    private static readonly SocketIOOptions Limits = new();

    [Fact]
    public void Arguments_are_cut_out_as_they_were_sent()
    {
        var parsed = Event("""["name", 1, {"a":[1, 2]} ,"x",null]""")!;

        Assert.Equal("name", parsed.Name);
        Assert.Equal(
            ["1", """{"a":[1, 2]}""", "\"x\"", "null"], parsed.Ranges.Select(range => Encoding.UTF8.GetString(parsed.Json[range])));
    }

    [Fact]
    public void A_number_may_be_a_name() => Assert.Equal("1", Event("[1,2]")!.Name);

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("[{}]")]
    [InlineData("[\"a\"")]
    [InlineData("[\"a\"]x")]
    [InlineData("abc")]
    [InlineData("[\"\\ud800\"]")]
    [InlineData("[\"connect\"]")]
    [InlineData("[\"connect_error\"]")]
    [InlineData("[\"disconnect\"]")]
    [InlineData("[\"disconnecting\"]")]
    [InlineData("[\"newListener\"]")]
    [InlineData("[\"removeListener\"]")]
    public void What_is_no_event_is_refused(string json) => Assert.Null(Event(json));

    [Fact]
    public void Nesting_beyond_the_limit_is_refused() =>
        Assert.Null(Event("[\"a\"," + new string('[', 100) + new string(']', 100) + "]"));

    [Theory]
    [InlineData("""["a",{"_placeholder":true,"num":0}]""", true)]
    [InlineData("""["a",{"x":[{"num":1,"_placeholder":true}]}]""", true)]
    [InlineData("""["a",{"_placeholder":true,"num":2}]""", false)]
    [InlineData("""["a",{"_placeholder":true,"num":-1}]""", false)]
    [InlineData("""["a",{"_placeholder":true,"num":"0"}]""", false)]
    [InlineData("""["a",{"_placeholder":true}]""", false)]
    [InlineData("""["a",{"_placeholder":true,"num":{}}]""", false)]
    [InlineData("""["a",{"_placeholder":true,"x":{},"num":9}]""", false)]
    [InlineData("""["a",{"_placeholder":false,"num":9}]""", true)]
    public void A_placeholder_must_name_an_attachment(string json, bool good) =>
        Assert.Equal(good, ParsedArguments.OfEvent(Encoding.UTF8.GetBytes(json), attachments: 2, Limits) is not null);

    [Fact]
    public void No_input_makes_the_parser_throw()
    {
        var random = new Random(20_260_101);
        const string alphabet = "[]{}\",:\\u0123456789truefalsnl _placeholder\u00e9";
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            ParsedArguments.OfEvent(Encoding.UTF8.GetBytes("[\"a\"," + text), random.Next(3), Limits);
            PacketHeader.TryRead(Encoding.UTF8.GetBytes(text), Limits, out _);
        }
    }

    private static ParsedArguments? Event(string json) => ParsedArguments.OfEvent(Encoding.UTF8.GetBytes(json), attachments: 0, Limits);
}
