using Vagus.Storage.Apart;
using Vagus.Storage.Files;
using Vagus.Storage.Migrations;

namespace Vagus.Storage.Moving;

/// <summary>An installation as a move sees it: its databases, the contents of its files, and what its rooms say of their tables.</summary>
public sealed class MovePlace(
    Database facts, ApartDatabase keys, IBlobStore files, IEnumerable<MovedTable> tables, IEnumerable<NumberFamily> families,
    IEnumerable<SwitchStep> switches, IEnumerable<Migration> migrations) : IAsyncDisposable
{
    internal MoveSide Facts { get; } = MoveSide.Of(facts);

    internal MoveSide Keys { get; } = MoveSide.Of(keys);

    internal PlaceMarks Marks { get; } = new(keys, files);

    public IBlobStore Files => files;

    public Database Database => facts;

    internal IReadOnlyList<MovedTable> Tables { get; } = [.. tables];

    internal IReadOnlyList<NumberFamily> Families { get; } = [.. families];

    internal IReadOnlyList<SwitchStep> Switches { get; } = [.. switches];

    /// <summary>The steps of the schema that this program knows.</summary>
    internal IReadOnlyList<Migration> Migrations { get; } = [.. migrations];

    public async ValueTask DisposeAsync()
    {
        await Facts.DisposeAsync();
        await Keys.DisposeAsync();
    }
}
