namespace Vagus.Fhir.R4.FhirPath.Parsing;

/// <summary>Walks the tree of an expression.</summary>
internal static class NodeTree
{
    /// <summary>The operation itself and all that it consists of.</summary>
    public static IEnumerable<Node> All(this Node node)
    {
        yield return node;
        foreach (var each in node.Parts().SelectMany(All)) yield return each;
    }

    public static IEnumerable<Node> Parts(this Node node)
    {
        IEnumerable<Node?> parts = node switch
        {
            Member member => [member.Source],
            Call call => [call.Source, .. call.Arguments],
            Indexer indexer => [indexer.Source, indexer.Index],
            Sign sign => [sign.Operand],
            Binary binary => [binary.Left, binary.Right],
            TypeTest test => [test.Source],
            _ => [],
        };
        return parts.OfType<Node>();
    }
}
