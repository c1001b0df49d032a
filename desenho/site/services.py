"""What each service is for, in one sentence of each language: for the words beside a diagram and for new READMEs.

Facts come from the services' own documentation at docs.aws.amazon.com.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from architecture.model import GroupKind, Node
from architecture.text import Text

if TYPE_CHECKING:
    from architecture.model import Item

__all__ = ["GROUP_ROLES", "ITEMS", "ROLES", "role"]

ITEMS: Final = (Text("Item", en="Item"), Text("O que faz", en="What it does"), Text("Onde fica", en="Where it is"))
"""The head of a table of items."""

ROLES: Final[dict[str, Text]] = {
    "aws.analytics.AmazonOpensearchService": Text(
        "procura em textos, registros e vetores", en="searches texts, logs and vectors"
    ),
    "aws.analytics.Athena": Text(
        "consulta com SQL o que está no S3, sem servidor", en="queries with SQL what is in S3, without a server"
    ),
    "aws.analytics.Glue": Text(
        "limpa e transforma dados em tarefas sem servidor", en="cleans and transforms data in serverless jobs"
    ),
    "aws.analytics.GlueDataCatalog": Text(
        "guarda os esquemas das tabelas do lago de dados", en="keeps the schemas of the data lake's tables"
    ),
    "aws.analytics.KinesisDataFirehose": Text(
        "entrega o fluxo em lotes a um destino, como o S3", en="delivers the stream in batches to a place such as S3"
    ),
    "aws.analytics.KinesisDataStreams": Text(
        "guarda registros em ordem por alguns dias, para vários leitores",
        en="keeps records in order for some days, for several readers",
    ),
    "aws.analytics.LakeFormation": Text(
        "decide quem vê que tabela, coluna e linha", en="decides who sees which table, column and row"
    ),
    "aws.analytics.Quicksight": Text("mostra os dados em painéis", en="shows the data on dashboards"),
    "aws.analytics.Redshift": Text(
        "armazém de dados em colunas para consultas grandes", en="a columnar data warehouse for large queries"
    ),
    "aws.compute.EC2": Text(
        "servidor virtual onde roda a aplicação", en="the virtual server on which the application runs"
    ),
    "aws.compute.EC2ContainerRegistry": Text("guarda imagens de contêiner", en="keeps container images"),
    "aws.compute.ElasticContainerService": Text("mantém contêineres rodando", en="keeps containers running"),
    "aws.compute.ElasticKubernetesService": Text("opera o Kubernetes", en="runs Kubernetes"),
    "aws.compute.Fargate": Text(
        "roda contêineres sem servidores a cuidar", en="runs containers with no servers to look after"
    ),
    "aws.compute.Lambda": Text(
        "função executada sob demanda, paga só pelo tempo de execução",
        en="a function run on demand, paid for only while it runs",
    ),
    "aws.database.Aurora": Text(
        "banco relacional compatível com MySQL e PostgreSQL",
        en="a relational database, MySQL and PostgreSQL compatible",
    ),
    "aws.database.Dynamodb": Text(
        "tabela de chave e valor que cresce sozinha", en="a key-value table that grows by itself"
    ),
    "aws.database.Elasticache": Text("cache em memória", en="a cache in memory"),
    "aws.database.RDS": Text("banco de dados relacional gerenciado", en="a managed relational database"),
    "aws.devtools.Codebuild": Text("compila e testa o código", en="builds and tests the code"),
    "aws.devtools.Codedeploy": Text(
        "troca a versão em produção aos poucos", en="replaces the running version bit by bit"
    ),
    "aws.devtools.Codepipeline": Text("encadeia as etapas da entrega", en="links the stages of a delivery"),
    "aws.general.TraditionalServer": Text("servidor fora da AWS", en="a server outside AWS"),
    "aws.general.User": Text(
        "ponto de entrada: uma pessoa, um aplicativo ou outro sistema",
        en="the way in: a person, an app or another system",
    ),
    "aws.general.Users": Text("pessoas que usam o sistema", en="the people who use the system"),
    "aws.integration.Eventbridge": Text("leva eventos a quem os quer, por regras", en="routes events by rules"),
    "aws.integration.SimpleNotificationServiceSns": Text(
        "publica uma mensagem para todos os inscritos", en="publishes a message to all subscribers"
    ),
    "aws.integration.SimpleQueueServiceSqs": Text(
        "fila que guarda mensagens até alguém as tratar", en="a queue that keeps messages until someone handles them"
    ),
    "aws.integration.StepFunctions": Text(
        "conduz um processo de várias etapas e lembra onde parou",
        en="leads a process of several steps and remembers where it stopped",
    ),
    "aws.iot.IotCore": Text("recebe mensagens de dispositivos", en="receives messages from devices"),
    "aws.management.Cloudwatch": Text("reúne registros, métricas e alarmes", en="gathers logs, metrics and alarms"),
    "aws.ml.Bedrock": Text(
        "dá acesso a modelos de linguagem por uma API", en="gives access to language models by an API"
    ),
    "aws.ml.Sagemaker": Text("treina e publica modelos", en="trains and serves models"),
    "aws.network.APIGateway": Text(
        "porta de entrada de uma API: autentica, limita e encaminha",
        en="the door of an API: authenticates, limits and forwards",
    ),
    "aws.network.CloudFront": Text(
        "entrega conteúdo de um ponto perto do leitor", en="delivers content from a place near the reader"
    ),
    "aws.network.DirectConnect": Text("linha dedicada até a AWS", en="a dedicated line to AWS"),
    "aws.network.ElbApplicationLoadBalancer": Text(
        "reparte as requisições HTTP entre alvos saudáveis", en="spreads HTTP requests over healthy targets"
    ),
    "aws.network.InternetGateway": Text("liga a VPC à internet", en="joins the VPC to the internet"),
    "aws.network.NATGateway": Text(
        "deixa a sub-rede privada sair para a internet, sem deixar entrar",
        en="lets the private subnet out to the internet and nothing in",
    ),
    "aws.network.Route53": Text("resolve nomes e verifica quem responde", en="resolves names and checks who answers"),
    "aws.network.SiteToSiteVpn": Text("túnel cifrado pela internet até a AWS", en="an encrypted tunnel to AWS"),
    "aws.network.TransitGateway": Text("liga várias redes em um só ponto", en="joins several networks in one place"),
    "aws.security.CertificateManager": Text("emite e renova certificados TLS", en="issues and renews TLS certificates"),
    "aws.security.Cognito": Text("cadastra pessoas e emite tokens", en="registers people and issues tokens"),
    "aws.security.KeyManagementService": Text(
        "guarda as chaves que cifram os dados", en="keeps the keys that encrypt data"
    ),
    "aws.security.SecretsManager": Text("guarda e troca senhas", en="keeps and rotates passwords"),
    "aws.security.WAF": Text("barra requisições maliciosas", en="stops malicious requests"),
    "aws.storage.ElasticBlockStoreEBS": Text(
        "disco persistente do servidor, em uma zona de disponibilidade",
        en="the server's persistent disk, in one Availability Zone",
    ),
    "aws.storage.ElasticFileSystemEFS": Text("sistema de arquivos compartilhado", en="a shared file system"),
    "aws.storage.SimpleStorageServiceS3": Text(
        "armazena objetos com durabilidade projetada de 99,999999999% ao ano",
        en="stores objects, designed for 99.999999999% durability a year",
    ),
}
"""By the class of the `diagrams` library, as in `Node.kind`."""

GROUP_ROLES: Final[dict[GroupKind, Text]] = {
    GroupKind.AUTO_SCALING_GROUP: Text(
        "liga e desliga instâncias conforme a carga", en="starts and stops instances as the load asks"
    ),
    GroupKind.AVAILABILITY_ZONE: Text(
        "um ou mais centros de dados com energia e rede próprias",
        en="one or more data centres with power and network of their own",
    ),
    GroupKind.CLOUD: Text("a nuvem da AWS", en="the AWS Cloud"),
    GroupKind.CORPORATE_DATA_CENTER: Text("o centro de dados da empresa", en="the company's own data centre"),
    GroupKind.PRIVATE_SUBNET: Text(
        "faixa de endereços sem rota para a internet", en="a range of addresses with no route to the internet"
    ),
    GroupKind.PUBLIC_SUBNET: Text(
        "faixa de endereços com rota para a internet", en="a range of addresses with a route to the internet"
    ),
    GroupKind.REGION: Text(
        "área geográfica com várias zonas de disponibilidade", en="a geographic area with several Availability Zones"
    ),
    GroupKind.SECURITY_GROUP: Text("diz que tráfego entra e sai", en="says which traffic goes in and out"),
    GroupKind.VPC: Text(
        "rede privada que isola o que está dentro dela", en="the private network that isolates what is in it"
    ),
}


def role(item: Item) -> str:
    """Return what an item is for, empty where that is not known."""
    return ROLES.get(item.kind, "") if isinstance(item, Node) else GROUP_ROLES.get(item.kind, "")
