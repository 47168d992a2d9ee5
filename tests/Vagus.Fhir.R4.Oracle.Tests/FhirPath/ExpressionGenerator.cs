using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Oracle.Tests.FhirPath;

/// <summary>
/// Random FHIRPath, typed by the definitions and led by what the resource holds, so that most of it means something. One in ten mixes
/// types, as refusals have to agree too. It leaves out what the table of known differences lists, where it can.
/// </summary>
internal sealed class ExpressionGenerator(Random random, Vocabulary vocabulary, TypeDefinition root)
{
    private readonly Literals literals = new(random, vocabulary);

    public Expr Any() => random.Next(10) switch
    {
        < 3 => Path(root, 4).Expr,
        < 6 => Boolean(root, 4),
        6 => Text(root, 4),
        7 => Number(root, 4),
        8 => Moment(root, 4),
        _ => Mixed(),
    };

    // Constants and one path: what is refused must not hang on which side is evaluated first.
    private Expr Mixed() => random.Next(3) switch
    {
        0 => new Expr($"({{0}} {Pick(["+", "-", "*", "/", "div", "mod", "&", "<", "=", "~", "in", "|", "and"])} {{1}})", literals.Any(), literals.Any()),
        1 => new Expr(
            $"{{0}}.{Pick(["upper", "length", "not", "sqrt", "toDateTime", "toDecimal", "toQuantity", "toTime", "convertsToInteger", "trim"])}()",
            random.Next(2) == 0 ? literals.Any() : Path(root, 1).Expr),
        _ => new Expr($"{{0}}.{Pick(["startsWith", "take", "combine", "exclude", "power", "split", "join"])}({{1}})", literals.Any(), literals.Any()),
    };

    /// <summary>A collection, and the type of its items where one is known.</summary>
    private Found Path(TypeDefinition focus, int depth)
    {
        var found = Member(source: null, focus);
        for (var steps = random.Next(0, 3); steps > 0 && found.Type is { Kind: not TypeKind.Primitive } type; steps--)
        {
            found = Member(found.Expr, type);
        }

        for (var steps = random.Next(0, 3); steps > 0 && depth > 0; steps--) found = Step(found, focus, depth - 1);
        return found;
    }

    private Found Member(Expr? source, TypeDefinition focus)
    {
        var present = vocabulary.Elements(focus);
        var element = present.Count > 0 && random.Next(12) > 0 ? focus.Element(Pick(present)) : null;
        element ??= focus.Elements.Length > 0 ? Pick(focus.Elements) : null;
        if (element is null) return new Found(source ?? new Expr("$this"), focus);
        var name = Quoted(element.Name);
        var member = source is null ? new Expr(name) : new Expr($"{{0}}.{name}", source);
        if (!element.IsChoice) return new Found(member, Concrete(element.Types[0]));
        var types = vocabulary.Choices(element);
        var type = types.Count > 0 && random.Next(6) > 0 ? Pick(types) : Pick(element.Types).Name;
        return random.Next(3) switch
        {
            0 => new Found(member, R4Definitions.Type(type)),
            1 => new Found(new Expr($"({{0}}.first() as {type})", member), R4Definitions.Type(type)),
            _ => new Found(new Expr($"{{0}}.ofType({type})", member), R4Definitions.Type(type)),
        };
    }

    private Found Step(Found from, TypeDefinition focus, int depth)
    {
        var type = from.Type ?? focus;
        Found Same(string shape, params Expr[] parts) => new(new Expr(shape, [from.Expr, .. parts]), from.Type);
        return random.Next(22) switch
        {
            < 4 => Same("{0}.where({1})", Boolean(type, depth)),
            4 => Same("{0}.first()"),
            5 => Same("{0}.last()"),
            6 => Same("{0}.tail()"),
            7 => Same($"{{0}}[{random.Next(3)}]"),
            8 => Same($"{{0}}.skip({random.Next(3)})"),
            9 => Same($"{{0}}.take({random.Next(4)})"),
            10 => Same("{0}.distinct()"),
            11 => Same("({0} | {1})", Path(focus, depth).Expr),
            12 => Same("{0}.union({1})", Path(focus, depth).Expr),
            13 => Same("{0}.combine({1})", Path(focus, depth).Expr),
            14 => Same("{0}.intersect({1})", Path(focus, depth).Expr),
            15 => Same("{0}.exclude({1})", Path(focus, depth).Expr),
            16 => Same("iif({1}, {0}, {2})", Boolean(focus, depth), Path(focus, depth).Expr),
            17 => new Found(new Expr("{0}.children()", from.Expr), Type: null),
            18 => new Found(new Expr("{0}.descendants().count()", from.Expr), R4Definitions.Type("integer")),
            19 when type.Name == "Reference" => new Found(new Expr("{0}.resolve()", from.Expr), Type: null),
            20 => new Found(new Expr("{0}.extension({1})", from.Expr, Text(focus, 0)), R4Definitions.Type("Extension")),
            _ => Select(from, type, depth),
        };
    }

    private Found Select(Found from, TypeDefinition type, int depth)
    {
        if (type.Kind is TypeKind.Primitive) return new Found(new Expr("{0}.select({1})", from.Expr, Text(type, depth)), Type: null);
        var inner = Path(type, depth);
        return new Found(new Expr("{0}.select({1})", from.Expr, inner.Expr), inner.Type);
    }

    private Expr Boolean(TypeDefinition focus, int depth)
    {
        if (depth <= 0) return new Expr("{0}.exists()", Path(focus, 0).Expr);
        var path = Path(focus, depth - 1);
        return random.Next(22) switch
        {
            0 => new Expr("({0} and {1})", Boolean(focus, depth - 1), Boolean(focus, depth - 1)),
            1 => new Expr("({0} or {1})", Boolean(focus, depth - 1), Boolean(focus, depth - 1)),
            2 => new Expr("({0} xor {1})", Boolean(focus, depth - 1), Boolean(focus, depth - 1)),
            3 => new Expr("({0} implies {1})", Boolean(focus, depth - 1), Boolean(focus, depth - 1)),
            4 => new Expr("{0}.not()", Boolean(focus, depth - 1)),
            5 => new Expr("{0}.empty()", path.Expr),
            6 => new Expr("{0}.exists({1})", path.Expr, Boolean(path.Type ?? focus, depth - 1)),
            7 => new Expr("{0}.all({1})", path.Expr, Known(path.Type ?? focus, depth - 1)),
            8 => new Expr("{0}.subsetOf({1})", path.Expr, Path(focus, depth - 1).Expr),
            9 => new Expr("{0}.supersetOf({1})", path.Expr, Path(focus, depth - 1).Expr),
            10 => new Expr("{0}.isDistinct()", path.Expr),
            11 => new Expr("{0}.first().hasValue()", path.Expr),
            12 => new Expr($"{{0}}.select({{1}}).{Pick(["allTrue", "anyTrue", "allFalse", "anyFalse"])}()", path.Expr,
                Boolean(path.Type ?? focus, depth - 1)),
            13 => new Expr($"({{0}}.first() is {literals.TypeName(path.Type)})", path.Expr),
            14 => new Expr("({0} in {1})", literals.Like(path.Type), path.Expr),
            15 => new Expr("({0} contains {1})", path.Expr, literals.Like(path.Type)),
            16 => new Expr($"{{0}}.{Pick(["startsWith", "endsWith", "contains"])}({{1}})", Text(focus, depth - 1), Text(focus, depth - 1)),
            17 => new Expr($"{{0}}.matches('{Pick(["a.*", "[0-9]+", "\\\\d{2}"])}')", Text(focus, depth - 1)),
            18 => new Expr($"({{0}} {Pick(["=", "!=", "~", "!~"])} {{1}})", path.Expr, Like(path, focus, depth - 1)),
            19 => new Expr($"({{0}} {Pick(["<", "<=", ">", ">="])} {{1}})", Number(focus, depth - 1), Number(focus, depth - 1)),
            20 => new Expr($"({{0}} {Pick(["<", "<=", ">", ">="])} {{1}})", Moment(focus, depth - 1), Moment(focus, depth - 1)),
            _ => new Expr($"({{0}} {Pick(["=", "!=", "~", "!~", "<", ">="])} {{1}})", Text(focus, depth - 1), Text(focus, depth - 1)),
        };
    }

    // A criterion that is never empty.
    private Expr Known(TypeDefinition focus, int depth) => random.Next(3) switch
    {
        0 => new Expr("{0}.exists()", Path(focus, depth).Expr),
        1 => new Expr("({0}.count() < {1})", Path(focus, depth).Expr, literals.Integer()),
        _ => new Expr("{0}.exists({1})", Path(focus, depth).Expr, Boolean(focus, depth - 1)),
    };

    /// <summary>Something that may equal what stands on the other side.</summary>
    private Expr Like(Found path, TypeDefinition focus, int depth) => path.Type?.Primitive switch
    {
        PrimitiveKind.None or null => random.Next(2) == 0 ? Path(focus, depth).Expr : path.Expr,
        PrimitiveKind.Boolean => literals.Boolean(),
        { } kind when Literals.IsMoment(kind) => Moment(focus, depth),
        { } kind => Literals.IsNumber(kind) ? Number(focus, depth) : Text(focus, depth),
    };

    private Expr Text(TypeDefinition focus, int depth)
    {
        if (depth <= 0 || random.Next(3) == 0) return literals.Text();
        Expr Inner() => Text(focus, depth - 1);
        return random.Next(16) switch
        {
            < 4 => new Expr("{0}.first()", PathTo(focus, Literals.IsText, depth)),
            4 => new Expr("{0}.upper()", Inner()),
            5 => new Expr("{0}.lower()", Inner()),
            6 => new Expr("({0} + {1})", Inner(), Inner()),
            7 => new Expr("({0} & {1})", Inner(), Inner()),
            8 => new Expr($"{{0}}.substring({random.Next(-1, 6)})", Inner()),
            9 => new Expr($"{{0}}.substring({random.Next(-1, 6)}, {random.Next(0, 6)})", Inner()),
            10 => new Expr("{0}.replace({1}, {2})", Inner(), Inner(), Inner()),
            11 => new Expr("{0}.toString()", random.Next(2) == 0 ? Number(focus, depth - 1) : PathTo(focus, IsDate, depth)),
            12 => new Expr("{0}.trim()", Inner()),
            13 => new Expr("{0}.select({1}).join({2})", Path(focus, depth - 1).Expr, Text(focus, 1), literals.Text()),
            14 => new Expr($"{{0}}.encode('{Pick(["hex", "base64", "urlbase64"])}')", Inner()),
            _ => new Expr($"{{0}}.replaceMatches('{Pick(["a", "[0-9]", "(.)b"])}', 'x')", Inner()),
        };
    }

    private Expr Number(TypeDefinition focus, int depth)
    {
        if (depth <= 0 || random.Next(4) == 0) return literals.Number();
        Expr Inner() => Number(focus, depth - 1);
        return random.Next(15) switch
        {
            < 3 => new Expr("{0}.count()", Path(focus, depth - 1).Expr),
            < 6 => new Expr("{0}.first()", PathTo(focus, Literals.IsNumber, depth)),
            6 => new Expr("{0}.length()", Text(focus, depth - 1)),
            7 => new Expr($"({{0}} {Pick(["+", "-", "*"])} {{1}})", Inner(), Inner()),
            8 => new Expr($"({{0}} {Pick(["/", "mod"])} {{1}})", Inner(), Inner()),
            9 => new Expr("({0}.count() div {1})", Path(focus, depth - 1).Expr, literals.Integer()),
            10 => new Expr($"{{0}}.round({random.Next(6, 9)})", Inner()),
            11 => new Expr($"{{0}}.{Pick(["toInteger", "toDecimal"])}()", random.Next(2) == 0 ? Text(focus, depth - 1) : Inner()),
            12 => new Expr("{0}.indexOf({1})", Text(focus, depth - 1), Text(focus, depth - 1)),
            13 => new Expr("(-({0}))", Inner()),
            _ => new Expr("{0}.aggregate($total + $this.count(), {1})", Path(focus, depth - 1).Expr, literals.Integer()),
        };
    }

    private Expr Moment(TypeDefinition focus, int depth)
    {
        if (depth <= 0 || random.Next(4) == 0) return literals.Moment();
        return random.Next(8) switch
        {
            < 4 => new Expr("{0}.first()", PathTo(focus, IsDate, depth)),
            4 => new Expr($"({{0}} + {literals.Duration()})", Moment(focus, depth - 1)),
            5 => new Expr($"({{0}} - {literals.Duration()})", Moment(focus, depth - 1)),
            6 => new Expr("{0}.toDateTime()", Moment(focus, depth - 1)),
            _ => new Expr("iif({0}, {1}, {2})", Boolean(focus, depth - 1), Moment(focus, depth - 1), literals.Moment()),
        };
    }

    /// <summary>A path whose items are of the kind, if a few tries find one.</summary>
    private Expr PathTo(TypeDefinition focus, Func<PrimitiveKind, bool> kind, int depth)
    {
        Found found = new(new Expr("$this"), Type: null);
        for (var tries = 0; tries < 12; tries++)
        {
            found = Path(focus, depth - 1);
            if (found.Type is { Kind: TypeKind.Primitive } type && kind(type.Primitive)) break;
        }

        return found.Expr;
    }

    // The SDK does not keep how an instant was written.
    private static bool IsDate(PrimitiveKind kind) => kind is PrimitiveKind.Date or PrimitiveKind.DateTime;

    // What a contained resource or a bundle's entry is, only the resource knows.
    private static TypeDefinition? Concrete(ElementType type) => type.Definition.Kind is TypeKind.Resource ? null : type.Definition;

    private static string Quoted(string name) => name is "div" or "mod" or "as" or "is" or "in" or "contains" ? $"`{name}`" : name;

    private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    private sealed record Found(Expr Expr, TypeDefinition? Type);
}
