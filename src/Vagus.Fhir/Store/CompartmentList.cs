using System.Globalization;

namespace Vagus.Fhir.Store;

/// <summary>
/// The patients in whose compartments a resource is, each with the version since which it is: earlier versions,
/// which were of another patient, are out of its sight. Kept in the resource's own row as <c>a:1 b:4</c>; ids have neither blank nor colon.
/// </summary>
internal sealed class CompartmentList(IReadOnlyList<(string Patient, long Since)> rows)
{
    public static readonly CompartmentList Empty = new([]);

    public IReadOnlyList<(string Patient, long Since)> Rows => rows;

    public IEnumerable<string> Patients => rows.Select(row => row.Patient);

    public static CompartmentList Parse(string? text) => string.IsNullOrEmpty(text)
        ? Empty
        : new([.. text.Split(' ').Select(row => row.Split(':')).Select(row => (row[0], long.Parse(row[1], CultureInfo.InvariantCulture)))]);

    /// <summary>
    /// The compartments of the next version: those that stay keep their <c>since</c>. What comes back after a deletion begins anew.
    /// </summary>
    public CompartmentList Next(IEnumerable<string> patients, long version, bool wasDeleted)
    {
        var known = wasDeleted ? [] : rows.ToDictionary(row => row.Patient, row => row.Since, StringComparer.Ordinal);
        return new(
        [
            .. patients.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(patient => (patient, known.TryGetValue(patient, out var since) ? since : version)),
        ]);
    }

    public IEnumerable<(string Patient, long Since)> Except(CompartmentList other) => rows.Except(other.Rows);

    public override string ToString() =>
        string.Join(' ', rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Patient}:{row.Since}")));
}
