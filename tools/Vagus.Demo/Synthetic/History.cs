using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>One patient's record up to today, as one transaction.</summary>
internal static class History
{
    public static Transaction Write(Clinic clinic, Person person)
    {
        var dice = clinic.Dice($"patient/{person.Number}/history");
        List<JsonObject> record = [People.Write(clinic, person), Cover.Write(clinic, person)];
        var visits = PastVisits(clinic, person, dice);
        foreach (var scene in visits) record.AddRange(Visit(scene));
        record.AddRange(Background(visits[0], dice));
        return new Transaction($"patient {person.Id}", record);
    }

    /// <summary>Everything to load before the day begins, in order.</summary>
    public static IEnumerable<Transaction> Whole(Clinic clinic) =>
        [Places.Write(clinic), .. clinic.Patients.Select(person => Write(clinic, person)), .. Appointments.Write(clinic)];

    private static List<Scene> PastVisits(Clinic clinic, Person person, Dice dice)
    {
        var daysAgo = dice.Between(500, 900);
        var visits = new List<Scene>();
        for (var number = 0; number < 3; number++)
        {
            var at = clinic.Today.AddDays(-daysAgo).AddHours(dice.Between(8, 15)).AddMinutes(dice.Between(0, 3) * 15);
            visits.Add(new Scene(clinic, person, person.Provider, $"patient/{person.Number}/visit/{number}", at));
            daysAgo -= dice.Between(90, 160);
        }

        return visits;
    }

    /// <summary>What lasts beyond one visit: the problem list, allergies and standing prescriptions.</summary>
    private static IEnumerable<JsonObject> Background(Scene first, Dice dice)
    {
        foreach (var problem in dice.PickSome(Problems.Lasting, dice.Between(0, 4)))
        {
            yield return Problems.Continuing(first, problem, $"problem/{problem.Value}");
        }

        foreach (var allergen in dice.PickSome(Allergies.All, dice.Between(0, 2)))
        {
            yield return Allergies.Write(first, allergen, $"allergy/{allergen.Code.Value}");
        }

        foreach (var drug in dice.PickSome(Drugs.Lasting, dice.Between(0, 3)))
        {
            var thing = $"prescription/{drug.Product.Value}";
            yield return Prescriptions.Order(first, drug, thing);
            yield return Prescriptions.Dispense(first.Later(TimeSpan.FromHours(3)), drug, thing);
        }
    }

    private static List<JsonObject> Visit(Scene scene)
    {
        var dice = scene.Dice("what happened");
        List<JsonObject> events = [Visits.Past(scene), .. Vitals.Take(scene)];
        if (dice.Chance(40)) events.Add(Problems.Resolved(scene));
        if (dice.Chance(45)) events.Add(Vaccines.Write(scene));
        if (dice.Chance(70)) events.AddRange(LabWork(scene, dice));
        if (dice.Chance(25)) events.AddRange(ImagingWork(scene, dice));
        if (dice.Chance(8)) events.AddRange(BiopsyWork(scene));
        events.Add(Claims.Write(scene, "active"));
        events.Add(Claims.Answer(scene.Later(TimeSpan.FromDays(9)), paid: dice.Chance(85)));
        return events;
    }

    private static IEnumerable<JsonObject> LabWork(Scene scene, Dice dice)
    {
        var panel = dice.Pick(LabPanels.All);
        var critical = panel == LabPanels.Metabolic && dice.Chance(20) ? new FixedValue(LabPanels.Potassium, 6.8m) : null;
        return [Labs.Order(scene, panel, "completed"), .. Labs.Result(scene.Later(TimeSpan.FromHours(5)), panel, critical)];
    }

    private static IEnumerable<JsonObject> ImagingWork(Scene scene, Dice dice)
    {
        var examination = dice.Pick(Examination.All);
        return
        [
            Imaging.Order(scene, examination, "completed"),
            Imaging.Study(scene.Later(TimeSpan.FromHours(2)), examination),
            Imaging.Report(scene.Later(TimeSpan.FromHours(4)), examination, critical: dice.Chance(8)),
        ];
    }

    private static IEnumerable<JsonObject> BiopsyWork(Scene scene) =>
    [
        Biopsies.Order(scene, "completed"),
        Biopsies.Specimen(scene.Later(TimeSpan.FromMinutes(30))),
        Biopsies.Pathology(scene.Later(TimeSpan.FromDays(4))),
    ];
}
