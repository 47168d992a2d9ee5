using System.Globalization;
using System.Text;
using Vagus.Access.Requests;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Patients;

/// <summary>
/// Records that may already be of the person who is registered: the same number, or the same day of birth and a name that is nearly the
/// same. Asked within the turn, so that two registrations at once do not both pass.
/// </summary>
internal static class FindDuplicates
{
    /// <summary>People who are born on the same day; beyond it the search by name decides.</summary>
    private const int MostBornThatDay = 500;

    // A slip of the keyboard is one letter more, less or other; in a long name two.
    private const int LongName = 7;

    /// <summary>The ids of those records.</summary>
    public static async ValueTask<Result<IReadOnlyList<string>>> Run(RecordTurn turn, PatientFields asked)
    {
        var day = asked.BirthDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var bornThatDay = await turn.Decide("Patient", $"birthdate={day}", MostBornThatDay);
        if (bornThatDay.Refusal is { } refusal) return refusal;
        var found = bornThatDay.Value.Where(record => !IsReplaced(record) && IsNearly(PatientView.Of(record), asked))
            .Select(record => record.Id).ToList();
        if (asked.Mrn is not { } number) return found;
        var numbered = await WithNumber(turn, number);
        return numbered.Refusal is { } failed ? failed : found.Union(numbered.Value, StringComparer.Ordinal).ToList();
    }

    /// <summary>The ids of the records that have this number and are not replaced.</summary>
    public static async ValueTask<Result<IReadOnlyList<string>>> WithNumber(RecordTurn turn, string number)
    {
        var found = await turn.Decide("Patient", $"identifier={Uri.EscapeDataString(SearchRecords.Literal(number))}", MostBornThatDay);
        if (found.Refusal is { } refusal) return refusal;
        return found.Value.Where(record => !IsReplaced(record) && PatientView.MrnOf(record.Json) == number)
            .Select(record => record.Id).ToList();
    }

    /// <summary>
    /// Of a record that another has replaced (R4 Patient.link) the other one counts. One that was set inactive may be of a person who
    /// returns.
    /// </summary>
    private static bool IsReplaced(FhirRecord record) => record.Json.Items("link").Any(link => link.Text("type") == "replaced-by");

    /// <summary>The records that the caller sees are named: who writes decides by them whether it is the same person.</summary>
    public static async ValueTask<Refusal> Tell(RecordCall call, Refusal because, IReadOnlyList<string> duplicates)
    {
        var seen = await call.Search("Patient", $"_id={string.Join(',', duplicates.Take(ListQuery.Most))}");
        if (seen.Refusal is { Kind: RefusalKind.Unavailable } unrecorded) return unrecorded;
        return new ClinicRefusal(because.Kind, because.Code, because.Message)
        {
            Fields = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["candidates"] = seen.IsRefused ? [] : seen.Value.Items.Select(PatientView.Of).ToArray(),
            },
        };
    }

    /// <summary>Both names differ by no more than a slip, or were exchanged.</summary>
    internal static bool IsNearly(PatientView known, PatientFields asked)
    {
        var (first, last) = (Plain(known.FirstName), Plain(known.LastName));
        var (askedFirst, askedLast) = (Plain(asked.FirstName), Plain(asked.LastName));
        return (IsNearly(first, askedFirst) && IsNearly(last, askedLast)) || (first == askedLast && last == askedFirst);
    }

    private static bool IsNearly(string one, string other)
    {
        var slips = Math.Min(one.Length, other.Length) >= LongName ? 2 : 1;
        return Math.Abs(one.Length - other.Length) <= slips && Distance(one, other) <= slips;
    }

    /// <summary>Letters alone, lower case, without accents.</summary>
    private static string Plain(string? name) =>
        string.Concat((name ?? "").Normalize(NormalizationForm.FormD).Where(char.IsLetter)).ToLowerInvariant();

    /// <summary>Levenshtein's.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var (diagonal, left) = (row[0], row[0] = i);
            for (var j = 1; j <= other.Length; j++)
            {
                var above = row[j];
                row[j] = left = Math.Min(Math.Min(above, left) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
