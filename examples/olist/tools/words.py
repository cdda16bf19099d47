"""Words for generate.py: states, categories, sentences."""

# State: its share of the shop's customers in a thousand, the range of its zip prefixes, its biggest cities.
STATES = {
    "SP": (
        420,
        (1000, 19999),
        ("sao paulo", "campinas", "guarulhos", "sao bernardo do campo", "santos", "osasco", "sorocaba", "jundiai"),
    ),
    "RJ": (129, (20000, 28999), ("rio de janeiro", "niteroi", "nova iguacu", "petropolis", "macae")),
    "MG": (117, (30000, 39999), ("belo horizonte", "juiz de fora", "contagem", "uberlandia", "montes claros")),
    "RS": (55, (90000, 99999), ("porto alegre", "caxias do sul", "canoas", "pelotas")),
    "PR": (51, (80000, 87999), ("curitiba", "londrina", "maringa", "cascavel")),
    "SC": (37, (88000, 89999), ("florianopolis", "joinville", "blumenau", "chapeco")),
    "BA": (34, (40000, 48999), ("salvador", "feira de santana", "vitoria da conquista")),
    "DF": (21, (70000, 72799), ("brasilia", "taguatinga")),
    "ES": (20, (29000, 29999), ("vitoria", "vila velha", "serra")),
    "GO": (20, (74000, 76799), ("goiania", "anapolis", "aparecida de goiania")),
    "PE": (17, (50000, 56999), ("recife", "olinda", "caruaru")),
    "CE": (13, (60000, 63999), ("fortaleza", "sobral", "juazeiro do norte")),
    "PA": (10, (66000, 68899), ("belem", "ananindeua", "santarem")),
    "MT": (9, (78000, 78899), ("cuiaba", "rondonopolis")),
    "MA": (8, (65000, 65999), ("sao luis", "imperatriz")),
    "MS": (7, (79000, 79999), ("campo grande", "dourados")),
    "PB": (5, (58000, 58999), ("joao pessoa", "campina grande")),
    "PI": (5, (64000, 64999), ("teresina", "parnaiba")),
    "RN": (5, (59000, 59999), ("natal", "mossoro")),
    "AL": (4, (57000, 57999), ("maceio", "arapiraca")),
    "SE": (3.5, (49000, 49999), ("aracaju", "lagarto")),
    "TO": (2.8, (77000, 77999), ("palmas", "araguaina")),
    "RO": (2.5, (76800, 76999), ("porto velho", "ji-parana")),
    "AM": (1.5, (69000, 69299), ("manaus", "parintins")),
    "AC": (0.8, (69900, 69999), ("rio branco", "cruzeiro do sul")),
    "AP": (0.7, (68900, 68999), ("macapa", "santana")),
    "RR": (0.5, (69300, 69399), ("boa vista", "caracarai")),
}

# A small town's name is one of each; which state it is in makes it another town.
TOWNS = tuple(
    f"{first} {last}"
    for first in "alto bom nova santa santo ribeirao barra campo porto lagoa sao vila".split()
    for last in "alegre antonio azul branca claro serra sul dourado esperanca ferreira grande jardim jose lima "
    "lourenco luz maria novo paulista pedra real rita verde".split()
)

# Category in Portuguese and in English, from the most to the least sold.
CATEGORIES = dict(pair.split(":") for pair in """
cama_mesa_banho:bed_bath_table beleza_saude:health_beauty esporte_lazer:sports_leisure
moveis_decoracao:furniture_decor informatica_acessorios:computers_accessories utilidades_domesticas:housewares
relogios_presentes:watches_gifts telefonia:telephony ferramentas_jardim:garden_tools automotivo:auto
brinquedos:toys cool_stuff:cool_stuff perfumaria:perfumery bebes:baby eletronicos:electronics
papelaria:stationery fashion_bolsas_e_acessorios:fashion_bags_accessories pet_shop:pet_shop
moveis_escritorio:office_furniture consoles_games:consoles_games malas_acessorios:luggage_accessories
construcao_ferramentas_construcao:construction_tools_construction eletrodomesticos:home_appliances
instrumentos_musicais:musical_instruments eletroportateis:small_appliances casa_construcao:home_construction
livros_interesse_geral:books_general_interest alimentos:food moveis_sala:furniture_living_room
casa_conforto:home_comfort bebidas:drinks audio:audio market_place:market_place climatizacao:air_conditioning
telefonia_fixa:fixed_telephony alimentos_bebidas:food_drink
moveis_cozinha_area_de_servico_jantar_e_jardim:kitchen_dining_laundry_garden_furniture
industria_comercio_e_negocios:industry_commerce_and_business livros_tecnicos:books_technical
fashion_calcados:fashion_shoes eletrodomesticos_2:home_appliances_2
construcao_ferramentas_iluminacao:construction_tools_lights artes:art
agro_industria_e_comercio:agro_industry_and_commerce dvds_blu_ray:dvds_blu_ray pcs:computers
sinalizacao_e_seguranca:signaling_and_security construcao_ferramentas_seguranca:construction_tools_safety
fashion_roupa_masculina:fashion_male_clothing artigos_de_natal:christmas_supplies
moveis_quarto:furniture_bedroom fashion_underwear_e_moda_praia:fashion_underwear_beach
construcao_ferramentas_ferramentas:construction_tools_tools tablets_impressao_imagem:tablets_printing_image
portateis_casa_forno_e_cafe:small_appliances_oven_and_coffee cine_foto:cine_photo
construcao_ferramentas_jardim:construction_tools_garden fashion_roupa_feminina:fashion_female_clothing
artigos_de_festas:party_supplies musica:music fashion_esporte:fashion_sport livros_importados:books_imported
flores:flowers artes_e_artesanato:arts_and_craftsmanship
moveis_colchao_e_estofado:furniture_mattress_and_upholstery casa_conforto_2:home_comfort_2
la_cuisine:la_cuisine fraldas_higiene:diapers_and_hygiene cds_dvds_musicais:cds_dvds_musicals
fashion_roupa_infanto_juvenil:fashion_childrens_clothes seguros_e_servicos:security_and_services
""".split())
UNTRANSLATED = ("pc_gamer", "portateis_cozinha_e_preparadores_de_alimentos")

# What unhappy and happy people write; index by `score > 3`.
TITLES = (
    ("Não recebi", "Péssimo", "Veio errado", "Decepcionada"),
    ("Recomendo", "Super recomendo", "Muito bom", "Ótimo", "Nota 10"),
)
SENTENCES = (
    (
        "Não recebi o produto.",
        "Comprei duas unidades e só veio uma, aguardo resposta.",
        "Produto veio com defeito.",
        "A cor não é a do anúncio.",
        "O atendimento não responde!",
        "Já faz 30 dias; quero meu dinheiro de volta.",
        'Embalagem "amassada" e aberta.',
    ),
    (
        "Produto de ótima qualidade.",
        "Chegou antes do prazo.",
        "Muito bem embalado, recomendo.",
        "Adorei, comprarei de novo!",
        "Entrega rápida.",
        "Exatamente como no anúncio.",
        'Loja "nota dez", parabéns.',
        "Bom custo-benefício, chegou tudo certo 👏",
    ),
)
