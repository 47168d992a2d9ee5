namespace Vagus.Demo.Synthetic;

/// <summary>Common names, streets and towns, combined at random: no combination stands for a real person.</summary>
internal static class Names
{
    public static readonly IReadOnlyList<string> Women =
    [
        "Alice", "Amara", "Beatriz", "Carmen", "Chloe", "Dalia", "Elena", "Fatima", "Grace", "Hana", "Ingrid", "Iris", "Jasmine", "Joan",
        "Keiko", "Laila", "Linda", "Maria", "Meera", "Nadia", "Nina", "Olga", "Priya", "Rosa", "Ruth", "Sofia", "Tessa", "Uma", "Vera",
            "Yasmin",
    ];

    public static readonly IReadOnlyList<string> Men =
    [
        "Aaron", "Ahmed", "Andre", "Anton", "Ben", "Carlos", "Daniel", "David", "Diego", "Elias", "Frank", "Gabriel", "Hassan", "Henry",
            "Ivan",
        "James", "Jonas", "Kenji", "Leo", "Luis", "Marcus", "Mateo", "Nikhil", "Omar", "Oscar", "Paul", "Rafael", "Samuel", "Tomas",
            "Victor",
    ];

    public static readonly IReadOnlyList<string> Families =
    [
        "Abbott", "Adeyemi", "Alvarez", "Bauer", "Bennett", "Carter", "Castillo", "Chen", "Cohen", "Costa", "Dubois", "Evans", "Farouk",
            "Fischer",
        "Garcia", "Gupta", "Haddad", "Hughes", "Ibrahim", "Jansen", "Kaplan", "Kim", "Kowalski", "Larsen", "Lopez", "Martin", "Mensah",
            "Morris",
        "Nakamura", "Nguyen", "Novak", "Okafor", "Olsen", "Park", "Patel", "Petrov", "Quinn", "Reyes", "Rossi", "Sato", "Schmidt", "Silva",
        "Singh", "Tanaka", "Torres", "Ueda", "Vargas", "Walker", "Weber", "Yilmaz",
    ];

    public static readonly IReadOnlyList<string> Streets =
        ["Alder Street", "Beacon Road", "Canal Street", "Dock Lane", "Elm Avenue", "Ferry Road", "Garden Street", "Hill Road",
            "Juniper Way", "Mill Lane"];

    public static readonly IReadOnlyList<(string Town, string State, string PostalCode)> Towns =
        [("Northhaven", "MA", "02101"), ("Eastbrook", "MA", "02114"), ("Port Linden", "RI", "02902"), ("Westmere", "CT", "06103"),
            ("Stonebridge", "NH", "03101")];
}
