using System.Text;
using System.Text.Json;
using Vagus.Fhir.R4.Patching;
using Vagus.Kernel;
using Vagus.Testing;

namespace Vagus.Fhir.R4.Tests.Patching;

public sealed class JsonPatchTests
{
    [Fact]
    public void The_public_suite_of_json_patch_passes()
    {
        var suite = JsonElement.Parse(File.ReadAllText(Path.Combine(SampleData.Folder("patch"), "json-patch-tests.json")));
        var cases = suite.EnumerateArray().Where(each => !each.TryGetProperty("disabled", out _)).ToList();

        Assert.All(cases, each =>
        {
            var patched = Patched(each.GetProperty("doc").GetRawText(), each.GetProperty("patch").GetRawText());

            if (each.TryGetProperty("error", out var error)) Assert.True(patched.IsRefused, error.GetString());
            else if (each.TryGetProperty("expected", out var expected))
                Assert.True(JsonElement.DeepEquals(expected, JsonElement.Parse(patched.Value)), each.GetRawText());
        });
        Assert.InRange(cases.Count, 10, 1000);
    }

    [Theory]
    [InlineData("""{"a":[1,2]}""", """[{"op":"add","path":"/a/-","value":3}]""", """{"a":[1,2,3]}""")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"move","from":"/a/b","path":"/c"}]""", """{"a":{},"c":1}""")]
    [InlineData("""{"a":[1,2,3]}""", """[{"op":"move","from":"/a/0","path":"/a/2"}]""", """{"a":[2,3,1]}""")]
    [InlineData("""{"a":null}""", """[{"op":"test","path":"/a","value":null},{"op":"copy","from":"/a","path":"/b"}]""", """{"a":null,"b":null}""")]
    [InlineData("""{"a":1.10}""", """[{"op":"test","path":"/a","value":1.1},{"op":"add","path":"/b","value":1.50E2}]""", """{"a":1.10,"b":1.50E2}""")]
    [InlineData("""{"a/b":1,"m~n":2}""", """[{"op":"remove","path":"/a~1b"},{"op":"replace","path":"/m~0n","value":"é"}]""", """{"m~n":"é"}""")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"","value":{"b":2},"extra":0}]""", """{"b":2}""")]
    public void Operations_are_done_in_order_and_the_text_of_numbers_stays(string document, string patch, string expected) =>
        Assert.Equal(expected, Patched(document, patch).Value);

    [Theory]
    [InlineData("""{"op":"add","path":"/a","value":1}""")]
    [InlineData("""[{"op":"add","path":"a","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/a~2","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/a"}]""")]
    [InlineData("""[{"op":"spoil","path":"/a"}]""")]
    [InlineData("""[{"op":"move","path":"/a"}]""")]
    [InlineData("""[{"op":"remove","path":7}]""")]
    [InlineData("""[7]""")]
    public void What_is_no_patch_is_invalid(string patch) => Assert.Equal(RefusalKind.Invalid, Patched("""{"a":1}""", patch).Refusal?.Kind);

    [Theory]
    [InlineData("""[{"op":"remove","path":"/b"}]""")]
    [InlineData("""[{"op":"replace","path":"/b","value":1}]""")]
    [InlineData("""[{"op":"remove","path":""}]""")]
    [InlineData("""[{"op":"add","path":"/b/c","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/a/3","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/a/01","value":1}]""")]
    [InlineData("""[{"op":"replace","path":"/a/-","value":1}]""")]
    [InlineData("""[{"op":"move","from":"/o","path":"/o/p"}]""")]
    [InlineData("""[{"op":"copy","from":"/none","path":"/b"}]""")]
    [InlineData("""[{"op":"test","path":"/a","value":[2,1]}]""")]
    public void What_cannot_be_done_is_unprocessable(string patch) =>
        Assert.Equal(RefusalKind.Unprocessable, Patched("""{"a":[1,2],"o":{}}""", patch).Refusal?.Kind);

    [Fact]
    public void Copies_of_copies_end_at_a_limit()
    {
        var doubling = string.Join(',', Enumerable.Range(0, 60).Select(round => $$"""{"op":"copy","from":"/a","path":"/a/x{{round}}"}"""));
        var deepening = string.Join(',', Enumerable.Range(0, 70).Select(round => """{"op":"copy","from":"","path":"/a"}"""));
        var many = string.Join(',', Enumerable.Repeat("""{"op":"test","path":"/a","value":1}""", JsonPatch.MostOperations + 1));

        Assert.Equal("too-costly", Patched("""{"a":{"b":"text"}}""", $"[{doubling}]").Refusal?.Code);
        Assert.Equal("too-costly", Patched("""{"a":{"b":"text"}}""", $"[{deepening}]").Refusal?.Code);
        Assert.Equal("too-costly", Patched("""{"a":1}""", $"[{many}]").Refusal?.Code);
    }

    [Fact]
    public void What_is_moved_again_and_again_ends_at_the_same_limit()
    {
        var document = $$"""{"a":["{{new string('x', 1_000_000)}}"]}""";
        var moves = Enumerable.Range(0, 20).Select(round => round % 2 == 0
            ? """{"op":"move","from":"/a","path":"/b"}""" : """{"op":"move","from":"/b","path":"/a"}""");

        Assert.False(Patched(document, $"[{string.Join(',', moves.Take(10))}]").IsRefused);
        Assert.Equal("too-costly", Patched(document, $"[{string.Join(',', moves)}]").Refusal?.Code);
    }

    private static Result<string> Patched(string document, string patch)
    {
        var read = JsonPatch.Read(JsonElement.Parse(patch));
        if (read.Refusal is { } malformed) return malformed;
        var applied = read.Value.Apply(Encoding.UTF8.GetBytes(document));
        return applied.Refusal is { } refusal ? refusal : Encoding.UTF8.GetString(applied.Value);
    }
}
