using System.Text.Json.Nodes;

namespace Vagus.SocketIO.Conformance.Tests.Wire;

internal static class Json
{
    /// <summary>Same values; escapes may be written differently.</summary>
    internal static void AssertSame(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"Expected {expected}, got {actual}.");
}
