namespace Tiffin.Dev.Simulation;

/// <summary>Fictitious customers, with plausible names and unassigned phone numbers.</summary>
static class People
{
    const double ShareWithLandmark = 0.4;
    const double ShareWithInstructions = 0.3;

    static readonly string[] firstNames =
    [
        "Aarav", "Aditi", "Ananya", "Arjun", "Deepa", "Divya", "Farhan", "Gurpreet", "Harini", "Ishaan", "Karthik",
        "Kavya", "Lakshmi", "Meera", "Mohammed", "Nikhil", "Pooja", "Priya", "Rahul", "Rohan", "Sanjana", "Vikram",
    ];

    static readonly string[] lastNames =
    [
        "Banerjee", "D'Souza", "Deshpande", "Gowda", "Iyer", "Joshi", "Kapoor", "Khan", "Kulkarni", "Menon", "Nair",
        "Patel", "Rao", "Reddy", "Sharma", "Shetty", "Singh", "Thomas",
    ];

    static readonly string[] streets =
    [
        "1st Cross", "4th Main", "Church Street", "Hill Road", "Lake View Road", "Link Road", "Market Road",
        "Station Road", "Temple Street",
    ];

    static readonly string[] landmarks =
        ["Behind the bus stand", "Near the post office", "Next to the pharmacy", "Opposite the water tank"];

    static readonly string[] instructions =
        ["Call from the gate", "Do not ring: the baby sleeps", "Leave it with the guard", "Second floor, ring twice"];

    public static OrderCustomer Customer(Random random) => new(
        Name(random), $"+9190000{random.Next(100_000):00000}");

    public static string Name(Random random) => $"{Pick(firstNames, random)} {Pick(lastNames, random)}";

    /// <summary>In the kitchen's part of the city, with a postcode that India Post has not assigned.</summary>
    public static OrderAddress Address(SimulatedKitchen kitchen, Random random) => new(
        $"{random.Next(1, 400)}, {Pick(streets, random)}",
        random.NextDouble() < ShareWithLandmark ? Pick(landmarks, random) : null,
        kitchen.Name, kitchen.City, $"999{random.Next(1_000):000}", "IN",
        random.NextDouble() < ShareWithInstructions ? Pick(instructions, random) : null);

    static string Pick(string[] choices, Random random) => choices[random.Next(choices.Length)];
}
