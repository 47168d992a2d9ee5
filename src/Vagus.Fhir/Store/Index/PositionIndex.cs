using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// Places, for <c>near</c>. A box of latitudes and longitudes names the rows, and the distance is exact: the square of the straight line
/// between two places in space, in whole numbers, which both engines compare alike.
/// </summary>
internal sealed class PositionIndex() : IndexKind("position", SearchKind.Position, SearchParameterKind.Special, "fhir_position")
{
    public override string SqliteTables => """
        create table fhir_position (
          tenant_number integer not null,
          param integer not null,
          latitude integer not null,
          longitude integer not null,
          x integer not null,
          y integer not null,
          z integer not null,
          rid integer not null,
          primary key (tenant_number, param, latitude, longitude, rid)
        ) without rowid;
        """;

    public override string PostgresTables => """
        create table fhir_position (
          tenant_number integer not null,
          param integer not null,
          latitude bigint not null,
          longitude bigint not null,
          x bigint not null,
          y bigint not null,
          z bigint not null,
          rid bigint not null,
          primary key (tenant_number, param, latitude, longitude, rid)
        );
        """;

    public override IReadOnlyList<ColumnType> KeyTypes { get; } = [ColumnType.BigInt, ColumnType.BigInt, ColumnType.BigInt];

    public override ValueTask<List<IndexEntry>> EntriesOf(WriteTransaction write, IndexedValues values, CancellationToken cancel)
    {
        var entries = new List<IndexEntry>(values.Positions.Count);
        foreach (var (parameter, place) in values.Positions)
            entries.Add(new IndexEntry((long)parameter, place.Latitude, place.Longitude));
        return ValueTask.FromResult(entries);
    }

    public override void Insert(WriteTransaction write, RowOwner owner, IndexEntry entry)
    {
        var (x, y, z) = new GlobePoint((long)entry.Key[1], (long)entry.Key[2]).Vector();
        write.Insert(Rows, owner.Tenant, entry.Key[0], entry.Key[1], entry.Key[2], x, y, z, owner.Rid);
    }

    public override ValueTask Delete(WriteTransaction write, RowOwner owner, IndexEntry entry, CancellationToken cancel) =>
        write.Queue(DeleteOne, [owner.Tenant, .. entry.Key, owner.Rid], cancel);

    public override IEnumerable<string> Conditions(SqlText text, string tenant, SearchTerm term)
    {
        var near = (PositionTerm)term;
        var (x, y, z) = near.Centre.Vector();
        var (a, b, c) = (text.Value(x), text.Value(y), text.Value(z));
        var limit = text.Value(GlobePoint.SquaredChord(near.Metres));
        foreach (var box in near.Centre.Around(near.Metres))
        {
            yield return $"x.latitude between {text.Value(box.South)} and {text.Value(box.North)} "
                + $"and x.longitude between {text.Value(box.West)} and {text.Value(box.East)} "
                + $"and (x.x - {a}) * (x.x - {a}) + (x.y - {b}) * (x.y - {b}) + (x.z - {c}) * (x.z - {c}) <= {limit}";
        }
    }

    public override (string Table, string Condition)? OfResource(SqlText text, string tenant, SearchTerm term) => null;

    private static readonly InsertInto Rows = new(
        "fhir_position",
        ("tenant_number", ColumnType.BigInt),
        ("param", ColumnType.BigInt),
        ("latitude", ColumnType.BigInt),
        ("longitude", ColumnType.BigInt),
        ("x", ColumnType.BigInt),
        ("y", ColumnType.BigInt),
        ("z", ColumnType.BigInt),
        ("rid", ColumnType.BigInt));

    private static readonly Statement DeleteOne = new("""
        delete from fhir_position
        where tenant_number = @tenant_number
          and param = @param
          and latitude = @latitude
          and longitude = @longitude
          and rid = @rid
        """);
}
